terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

variable "voice_order_id" {
  description = "ID of the voice order: one of the voice_order_ids of a lumen_voice_tn_reservation."
  type        = string
}

data "lumen_voice_notifications" "support" {
  voice_order_id = var.voice_order_id
}

output "failures" {
  value = [
    for sent in data.lumen_voice_notifications.support.notifications :
    "${sent.code}: ${sent.message}" if sent.meaning == "failed"
  ]
}
