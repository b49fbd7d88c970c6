variable "losing_carrier_pin" {
  type      = string
  ephemeral = true
}

resource "lumen_voice_tn_subscription" "main_number" {
  product               = "local_inbound"
  telephone_numbers     = provider::lumen::tn_range("+13035559100", "+13035559109")
  customer_service_name = "DENVER-SBC-1"
  request_date          = "2026-12-07T17:00:00Z"

  subscriber = {
    type          = "business"
    business_name = "Example Corp"
  }

  service_address = {
    street_number = "1025"
    street_name   = "Eldorado"
    street_suffix = "Blvd"
    city          = "Broomfield"
    state         = "CO"
    zip           = "80021"
  }

  port_in = {
    billing_telephone_number      = "+13035559100"
    losing_carrier_account_number = "12345"
    losing_carrier_pin_wo         = var.losing_carrier_pin # needs Terraform 1.11 or later
    losing_carrier_pin_wo_version = 1

    loa = {
      name      = "Ada Lovelace"
      received  = true
      date_time = "2026-11-20T15:00:00Z"
    }
  }
}

output "ported_on" {
  value = lumen_voice_tn_subscription.main_number.foc_date
}
