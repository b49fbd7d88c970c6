resource "lumen_voice_tn_reservation" "support" {
  product     = "local_inbound"
  rate_center = "DURANGO"
  state       = "CO"
  quantity    = 5
}

resource "lumen_voice_tn_subscription" "support" {
  product               = "local_inbound"
  telephone_numbers     = lumen_voice_tn_reservation.support.all_telephone_numbers
  customer_service_name = "DENVER-SBC-1"
  on_destroy            = "retain"
}
