terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

variable "telephone_numbers" {
  type    = list(string)
  default = ["303-555-0100", "(720) 555-0199"]
}

output "e164" {
  value = [for it in var.telephone_numbers : provider::lumen::e164(it)]
}
