terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_voice_rate_centers" "colorado" {
  product = "enhanced_local_service"
  state   = "CO"
}

# Rate centers where Lumen provides static 911.
output "rate_centers" {
  value = [
    for center in data.lumen_voice_rate_centers.colorado.rate_centers :
    center.rate_center if center.static_911 == true
  ]
}
