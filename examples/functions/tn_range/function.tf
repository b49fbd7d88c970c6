terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

# The ten numbers of a block, for `telephone_numbers`.
output "block" {
  value = provider::lumen::tn_range("+13035559100", "+13035559109")
}
