# terraform query -generate-config-out=generated.tf
list "lumen_voice_tn_subscription" "denver" {
  provider = lumen

  config {
    npa     = "303"
    product = "local_inbound"
  }
}
