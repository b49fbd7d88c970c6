terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

variable "order_request_id" {
  description = "ID of the order request: the order_request_id of a lumen_iod_connection."
  type        = string
}

data "lumen_iod_order" "headquarters" {
  order_request_id = var.order_request_id
}

output "status" {
  value = data.lumen_iod_order.headquarters.status
}
