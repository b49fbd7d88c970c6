# The ID is the voice order ID, which the data source lumen_voice_inventory lists.
terraform import lumen_voice_tn_reservation.support 600184201
