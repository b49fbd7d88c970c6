# terraform query -generate-config-out=generated.tf
list "lumen_voice_tn_reservation" "denver" {
  provider = lumen

  config {
    rate_center = "DENVER"
    state       = "CO"

    # Lumen's inventory does not tell what numbers are for: generated configurations say this.
    product = "local_inbound"
  }
}
