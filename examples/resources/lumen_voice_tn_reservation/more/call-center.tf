locals {
  numbers = {
    LITTLETON = 20
    GREELEY   = 10
  }
}

resource "lumen_voice_tn_reservation" "call_center" {
  for_each = local.numbers

  product     = "local_inbound"
  rate_center = each.key
  state       = "CO"
  quantity    = each.value
  on_destroy  = "retain"
}

output "numbers" {
  value = flatten([for reservation in lumen_voice_tn_reservation.call_center : reservation.telephone_numbers])
}
