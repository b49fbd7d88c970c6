output "hotline" {
  description = "The numbers that customers can call."
  value       = lumen_voice_tn_reservation.hotline.telephone_numbers
}

output "agents" {
  description = "The numbers of the agents, as many as there are by now."
  value       = lumen_voice_tn_reservation.agents.telephone_numbers
}

output "still_to_come" {
  description = "How many numbers of agents Lumen adds when it has them."
  value       = lumen_voice_tn_reservation.agents.backordered_quantity
}

output "voice_order_ids" {
  description = "Lumen's orders, for support requests and to import the reservations elsewhere."
  value = concat(
    lumen_voice_tn_reservation.hotline.voice_order_ids,
    lumen_voice_tn_reservation.agents.voice_order_ids,
  )
}
