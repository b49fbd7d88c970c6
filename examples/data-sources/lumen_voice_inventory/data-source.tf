terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_voice_inventory" "denver" {
  npa = "303"
}

output "numbers" {
  value = data.lumen_voice_inventory.denver.numbers[*].telephone_number
}
