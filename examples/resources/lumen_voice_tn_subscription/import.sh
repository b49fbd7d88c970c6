# The ID is one of the numbers in service. All active numbers with its product, route, subscriber and address are imported.
terraform import lumen_voice_tn_subscription.office +13035550100
