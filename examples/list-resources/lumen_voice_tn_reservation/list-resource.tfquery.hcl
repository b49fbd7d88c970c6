# terraform query -generate-config-out=generated.tf
list "lumen_voice_tn_reservation" "denver" {
  provider = lumen

  config {
    rate_center = "DENVER"
    state       = "CO"

    # Copied into the generated configuration, because Lumen's inventory doesn't show the product.
    product = "local_inbound"
  }
}
