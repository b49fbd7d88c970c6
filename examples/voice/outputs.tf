output "hotline" {
  description = "Telephone numbers that customers call."
  value       = lumen_voice_tn_subscription.hotline.active_telephone_numbers
}

output "agents" {
  description = "Telephone numbers of the agents that are in service so far."
  value       = lumen_voice_tn_subscription.agents.active_telephone_numbers
}

output "still_to_come" {
  description = "Quantity of backordered numbers for agents, which Lumen adds when it has them."
  value       = lumen_voice_tn_reservation.agents.backordered_quantity
}

output "voice_order_ids" {
  description = "IDs of the voice orders, for support requests and to import the reservations into another state."
  value = concat(
    lumen_voice_tn_reservation.hotline.voice_order_ids,
    lumen_voice_tn_reservation.agents.voice_order_ids,
  )
}
