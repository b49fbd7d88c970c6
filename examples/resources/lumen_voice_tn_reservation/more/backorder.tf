resource "lumen_voice_tn_reservation" "support" {
  product     = "local_inbound"
  rate_center = "BOULDER"
  state       = "CO"
  quantity    = 20

  # Reserve the available numbers now, and the others later.
  on_shortage = "accept_with_backorder"
}

output "progress" {
  value = "${lumen_voice_tn_reservation.support.reserved_quantity} reserved, ${lumen_voice_tn_reservation.support.backordered_quantity} backordered"
}
