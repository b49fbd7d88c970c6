# By the voice order id, which the data source lumen_voice_inventory shows.
terraform import lumen_voice_tn_reservation.support 600184201
