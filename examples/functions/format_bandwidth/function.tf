terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

variable "employees" {
  type    = number
  default = 200
}

# 5 Mbps for each employee.
output "bandwidth" {
  value = provider::lumen::format_bandwidth(var.employees * 5)
}
