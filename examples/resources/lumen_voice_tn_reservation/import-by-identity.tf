import {
  to = lumen_voice_tn_reservation.support
  identity = {
    voice_order_id = "600184201"
  }
}
