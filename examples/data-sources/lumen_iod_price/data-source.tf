terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_iod_price" "headquarters" {
  master_site_id = "PL0001247634"
}

# Price in USD per hour, by bandwidth.
output "hourly_prices" {
  value = {
    for offer in data.lumen_iod_price.headquarters.offers : offer.bandwidth => offer.hourly_price
  }
}
