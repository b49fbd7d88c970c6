# All active numbers with the product, route, subscriber and address of this number:
terraform import lumen_voice_tn_subscription.office +13035550100
# To import exactly certain numbers, list numbers and ranges: +13035550100,+13035550110-+13035550119
# A range of one number is exactly that number: +13035550100-+13035550100
