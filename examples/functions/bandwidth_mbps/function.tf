terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

variable "bandwidths" {
  description = "Bandwidths of the connections at a site."
  type        = list(string)
  default     = ["500 Mbps", "1 Gbps"]
}

output "total_mbps" {
  value = sum([for it in var.bandwidths : provider::lumen::bandwidth_mbps(it)])
}
