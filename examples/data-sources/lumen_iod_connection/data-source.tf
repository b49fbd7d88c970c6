terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

variable "service_id" {
  description = "Service ID, such as 77133831778."
  type        = string
}

data "lumen_iod_connection" "existing" {
  service_id = var.service_id
}

output "status" {
  value = data.lumen_iod_connection.existing.status
}
