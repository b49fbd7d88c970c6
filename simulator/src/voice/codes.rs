//! The texts of Lumen's error codes.

use super::error::{
    BAD_REQUEST, METHOD_NOT_ALLOWED, MISSING_CUSTOMER_NUMBER, NOT_AUTHENTICATED, NOT_FOUND,
    WRONG_KEY,
};

/// The text of a code in Lumen's tables, for the codes that the simulator sends.
#[expect(clippy::too_many_lines, reason = "one entry per documented code")]
pub(crate) fn text(code: u32) -> &'static str {
    match code {
        1_405 => {
            "Customer service name is invalid for given customer number. Please check your \
             customer service name (route name) and try again."
        }
        1_612 => {
            "This order cannot be processed at this time. This could be due to multiple \
             orders submitted for this telephone number, or it is in a pending status. If you \
             need assistance, please log into the service portal and create a ticket."
        }
        10_007 => {
            "Order exceeds limit for 399 telephone numbers per rate center. Please reduce \
             order or make your request through LEUOrders@Lumen.com."
        }
        10_011 => "Telephone number quantity cannot be zero, please resubmit.",
        20_000 => "Invalid or missing product ID. Please check your product ID and try again.",
        20_001 => "Invalid customer type. Valid values B- Business or R-Residence",
        20_003 => "First name and last name are required when business type is residential.",
        20_004 => "Business name is required when customer type is business.",
        20_005 => "Business name must be NULL when customer type is residential.",
        20_006 => "First name and last name must be NULL when customer type is business.",
        20_007 => "Address street number is required.",
        20_008 => "Address street name is required.",
        20_009 => "Address street suffix is not a valid.",
        20_010 => "Address city is required.",
        20_011 => {
            "Address state is missing or invalid. Please check your 2-digit state code and \
             try again."
        }
        20_012 => "Address zip code is required.",
        20_013 => "Zip code must be a 5-digit numeric value.",
        20_014 => "Secondary location exceeds 20 character limit.",
        20_015 => "Telephone number list must be populated. Please correct and try again.",
        20_016 => {
            "Invalid telephone number. The telephone number you have provided is invalid or \
             cannot be found. Please check your telephone number and try again. If the \
             problem persists, please log into the service portal and create a service \
             ticket."
        }
        20_019 => "For a business customer, the directory listing business name is required.",
        20_020 => {
            "For a residential customer, the directory listing first name and last name is \
             required."
        }
        20_021 => {
            "Directory listing type is required. Please select from 1(List and Publish), \
             2(List Only) and resubmit. To remove use directory listing action = R (remove)."
        }
        20_022 => "Directory listing action must equal A (Add) for new install orders.",
        20_023 => "Block Customer Name is required and it should be \"Y\" or \"N\".",
        20_024 => "CNAM Customer Name is required",
        20_025 => "Telephone number is invalid or missing. Please correct and resubmit.",
        20_026 => "Letter of authorization (LOA) name is required for LNP orders.",
        20_027 => {
            "Please indicate \"Y\" or \"N\" if letter of authorization (LOA) has been \
             received for LNP orders. LNP order can not be processed with out LOA."
        }
        20_028 => "Letter of authorization (LOA) date time is required to process LNP order",
        20_029 => "Invalid or missing subscriber line information.",
        20_030 | 20_031 => "There must be one subscriber line submitted per request.",
        20_032 => "Invalid or missing Customer Service Name from Order Mapping List.",
        20_040 => {
            "E911 option is invalid or missing. Please note, customer provided E911 is only \
             available for specific products. Please check your E911 option and try again. If \
             you require further assistance log into the servicer portal and create a ticket."
        }
        20_041 => {
            "Customer number provided does not own the given telephone number. Please check \
             customer number and TN and try again."
        }
        20_042 => {
            "Telephone number provided for change request can not found. Please ensure your \
             own this telephone number and try again."
        }
        20_043 => "Customer Type Indicator must be provided for a Subscriber name change.",
        20_044 => "Customer Type Indicator must be B for a business name change.",
        20_045 => "Customer Type Indicator must be R for a residential name change.",
        20_046 => "For a Subscriber name change, both first name and las name must be provided",
        20_047 => {
            "Letter of authorization (LOA) date time should be in date format of \
             YYYY-MM-DDTHH:MM:SSZ"
        }
        20_048 => {
            "At least one of the fields <Customer Type Indication, Billing Telephone number, \
             First Name, Last Name, Middle Initial, Business Name> has to be selected for LNP \
             order."
        }
        20_049 => "Invalid Voice Order ID.",
        20_050 => "Customer request date should be in date format of YYYY-MM-DDTHH:MM:SSZ.",
        20_051 => "Directory listing action must be C for change orders",
        20_052 => {
            "One of directory listing attributes - directoryFirsTelephone numberame, \
             directoryLasTelephone numberame, directoryBusinessName must be specified when \
             directoryListingAction is Change"
        }
        20_054 => {
            "The Voice Order ID can not be found. Cancel order has been rejected. Please \
             check your order number and try again. If you need more assistance log into the \
             service portal and create a ticket."
        }
        20_055 => {
            "Voice Order ID provided can not be found for the given Customer number. Please \
             check both IDs and try again."
        }
        20_057 => {
            "At least one of the fields <Customer Type Indicator, Subscriber Name, \
             E911_Option, Service Address, Directory Listing or CNAM> has to be selected for \
             change order."
        }
        20_060 => {
            "The Voice Order ID provided can not be found for the given customer number. \
             Please check both IDs and try again."
        }
        20_061 => "Telephone number provided is not active. Disconnect request has been rejected.",
        20_064 => "Invalid or missing voice order ID. Cancel order can not be completed.",
        20_065 => {
            "Order has been completed and can not be cancelled. If you require further \
             assistance log into the servicer portal and create a ticket."
        }
        20_067 => "Customer requested date cannot be NULL",
        20_068 => {
            "Customer request date must be at least 1 day from date order is submitted. \
             Please change the customer request date and resubmit"
        }
        20_069 => {
            "Invalid format for customer requested date. Use date format of \
             YYYY-MM-DDTHH:MM:SSZ for suppliment and disconnect order."
        }
        20_070 => {
            "Supplement order can no longer be cancelled. If you require further assistance log \
             into the servicer portal and create a ticket."
        }
        20_082 => {
            "Invalid or missing PBX index. PBX index indicates the digit in the 10 digit \
             Telephone number in which a specific value must be excluded."
        }
        20_083 => {
            "Invalid or missing PBX value. PBX value that mush be excluded from the number as \
             indicated in pbxIndex."
        }
        20_084 => {
            "Invalid or missing sequential Telephone number. Indicates the number of \
             sequential Telephone number’s for a single state/rate center. If you do not want \
             sequential use NULL."
        }
        20_085 => "Rate Center cannot be NULL.",
        20_088 => "Rate Center or state is missing",
        20_090 => {
            "Use only tnList or TN location attributes (tnLocNxx, tnLocNpa, tnLocCity, \
             tnLocState, tnLocZip)."
        }
        20_091 => "Invalid NPA/NXX in telephone number Location.",
        20_092 => "Invalid city, state, zip in telephone number location",
        20_093 => "Invalid telephone number location.",
        MISSING_CUSTOMER_NUMBER => "Customer number and service ID is required.",
        20_103 => "Invalid page number",
        20_104 => "Invalid page size",
        20_107 => "The order information you provided is not for an active backorder.",
        20_108 => "Provided order has already been cancelled and can not be cancelled again.",
        20_109 => "Order number can not be found as a LNP order.",
        20_112 => "Invalid losing carrier account number",
        20_113 => "Invalid losing carrier PIN",
        20_114 => "Invalid losing carrier wireless LNP. It should be \"Y\" or \"N\".",
        20_115 => "Invalid or missing telephone number.",
        20_204 => "Invalid or missing working telephone number",
        20_207 => "Invalid or missing route plan name",
        20_210 => "Invalid format for first name. Special characters are not accepted.",
        20_211 => "Invalid format for last name. Special characters are not accepted.",
        20_213 => {
            "Customer requested date should not exceed more than 30 days from todays date. \
             Use format YYYY-MM-DDTHH:MM:SSZ."
        }
        20_214 => {
            "Customer request date can not be less than current date. Use format \
             YYYY-MM-DDTHH:MM:SSZ."
        }
        20_215 => "Customer request date should be in date format of YYYY-MM-DDTHH:MM:SSZ",
        20_218 => "Customer Name length should not be more than 15 characters.",
        20_231 => {
            "Customer request date can not be less than one week ahead for install order. Use \
             format YYYY-MM-DDTHH:MM:SSZ."
        }
        20_232 => {
            "Directory listing action C (Change) or D (Delete) is not allowed on new install \
             orders"
        }
        20_237 => {
            "Only basic Latin (Unicode block) upper and lower case characters are supported \
             at this time. Please remove special characters or non-basic Latin characters and \
             resubmit."
        }
        20_238 => {
            "This order has completed and cannot be cancelled. Please submit a change order \
             to modify the telephone number information."
        }
        BAD_REQUEST => "Bad request",
        NOT_AUTHENTICATED => "User authentication failed",
        403_002 => "Token validation failed",
        WRONG_KEY => "Application key validation failed",
        403_006 => "Token expired",
        NOT_FOUND => "Requested resource not found",
        METHOD_NOT_ALLOWED => "Method not allowed for resource",
        409_001 => "Resource could not be updated due to conflicting update",
        _ => "",
    }
}
