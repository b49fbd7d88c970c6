resource "lumen_voice_tn_reservation" "denver" {
  product     = "enhanced_local_service"
  rate_center = "DENVER"
  state       = "CO"
  quantity    = 20
}

resource "lumen_voice_tn_subscription" "office" {
  product               = "enhanced_local_service"
  telephone_numbers     = slice(lumen_voice_tn_reservation.denver.all_telephone_numbers, 0, 10)
  customer_service_name = "DENVER-SBC-1"
  e911_option           = "static_911"

  subscriber = {
    type          = "business"
    business_name = "Example Corp"
  }

  service_address = {
    street_number      = "1025"
    street_name        = "Eldorado"
    street_suffix      = "Blvd"
    secondary_location = "STE 200"
    city               = "Broomfield"
    state              = "CO"
    zip                = "80021"
  }

  directory_listing = {
    type = "list_and_publish"
  }

  cnam = {
    name = "EXAMPLE CORP"
  }
}
