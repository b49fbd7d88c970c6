terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

variable "signed" {
  type    = string
  default = "2026-11-20T17:00:00Z"
}

# Seven business days later. Thanksgiving Day is not a business day.
output "request_date" {
  value = provider::lumen::add_business_days(var.signed, 7)
}
