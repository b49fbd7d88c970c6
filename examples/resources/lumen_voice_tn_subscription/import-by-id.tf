import {
  to = lumen_voice_tn_subscription.office
  id = "+13035550100"
}
