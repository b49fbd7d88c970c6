terraform {
  required_version = ">= 1.14"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

variable "voice_order_id" {
  description = "ID of the voice order for which Lumen reports a shortage (notification 10001)."
  type        = string
}

# terraform apply -invoke=action.lumen_voice_order_approval.shortage
action "lumen_voice_order_approval" "shortage" {
  config {
    voice_order_id = var.voice_order_id
    answer         = "accept_available"

    timeouts {
      invoke = "30m"
    }
  }
}
