terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_billing_account" "research" {
  name = "Research laboratory"
}

output "billing_account_id" {
  value = data.lumen_billing_account.research.id
}
