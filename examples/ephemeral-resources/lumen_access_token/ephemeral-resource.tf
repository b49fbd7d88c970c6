terraform {
  required_version = ">= 1.10"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

ephemeral "lumen_access_token" "script" {}

# Call the API in the same run. Only the script's environment contains the token.
resource "terraform_data" "report" {
  provisioner "local-exec" {
    command = "curl --fail --silent --show-error --header \"Authorization: Bearer $TOKEN\" --header \"x-customer-number: $CUSTOMER\" \"$URL/Network/v1/provider\""

    environment = {
      TOKEN    = ephemeral.lumen_access_token.script.access_token
      CUSTOMER = ephemeral.lumen_access_token.script.customer_number
      URL      = ephemeral.lumen_access_token.script.base_url
    }
  }
}
