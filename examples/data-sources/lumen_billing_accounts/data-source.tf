terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_billing_accounts" "entitled" {
  entitled = true
}

# Accounts on which Internet On-Demand can be ordered.
output "orderable" {
  value = {
    for account in data.lumen_billing_accounts.entitled.billing_accounts :
    account.id => account.name if account.orderable
  }
}
