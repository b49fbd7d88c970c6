terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_voice_subscribed_numbers" "denver" {
  npa = "303"
}

# The numbers of each route.
output "numbers" {
  value = {
    for number in data.lumen_voice_subscribed_numbers.denver.numbers :
    coalesce(number.customer_service_name, "unknown") => number.telephone_number...
  }
}
