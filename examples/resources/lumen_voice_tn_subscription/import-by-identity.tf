import {
  to = lumen_voice_tn_subscription.office
  identity = {
    telephone_number = "+13035550100"
  }
}
