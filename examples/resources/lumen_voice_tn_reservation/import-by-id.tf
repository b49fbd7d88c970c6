import {
  to = lumen_voice_tn_reservation.support
  id = "600184201"
}
