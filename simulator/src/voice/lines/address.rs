//! The service address in a request, with the street suffixes and the states that exist.

use super::members::Members;
use super::record::ServiceAddress;
use crate::voice::error::{BAD_REQUEST, VoiceError};

/// The maximum length of the place within a building, in characters.
const SECONDARY_LOCATION_MAX: usize = 20;

/// The standard abbreviations of street suffixes (USPS Publication 28, appendix C1).
const SUFFIXES: &str = "\
    ALY ANX ARC AVE BYU BCH BND BLF BLFS BTM BLVD BR BRG BRK BRKS BG BGS BYP CP CYN CPE CSWY CTR CTRS \
    CIR CIRS CLF CLFS CLB CMN CMNS COR CORS CRSE CT CTS CV CVS CRK CRES CRST XING XRD XRDS CURV DL DM \
    DV DR DRS EST ESTS EXPY EXT EXTS FALL FLS FRY FLD FLDS FLT FLTS FRD FRDS FRST FRG FRGS FRK FRKS FT \
    FWY GDN GDNS GTWY GLN GLNS GRN GRNS GRV GRVS HBR HBRS HVN HTS HWY HL HLS HOLW INLT IS ISS ISLE JCT \
    JCTS KY KYS KNL KNLS LK LKS LAND LNDG LN LGT LGTS LF LCK LCKS LDG LOOP MALL MNR MNRS MDW MDWS MEWS \
    ML MLS MSN MTWY MT MTN MTNS NCK ORCH OVAL OPAS PARK PKWY PASS PSGE PATH PIKE PNE PNES PL PLN PLNS \
    PLZ PT PTS PRT PRTS PR RADL RAMP RNCH RPD RPDS RST RDG RDGS RIV RD RDS RTE ROW RUE RUN SHL SHLS \
    SHR SHRS SKWY SPG SPGS SPUR SQ SQS STA STRA STRM ST STS SMT TER TRWY TRCE TRAK TRFY TRL TRLR TUNL \
    TPKE UPAS UN UNS VLY VLYS VIA VW VWS VLG VLGS VL VIS WALK WALL WAY WAYS WL WLS";

/// The 50 states and the District of Columbia.
const STATES: &str = "\
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY \
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY";

const DIRECTIONS: &str = "N S E W NE NW SE SW";

/// Reads a service address. A missing object is an address without a street number.
pub(crate) fn service_address(address: Option<Members>) -> Result<ServiceAddress, VoiceError> {
    let address = address.ok_or_else(|| VoiceError::new(20_007))?;
    let required = |name: &str, code: u32| address.text(name).ok_or_else(|| VoiceError::new(code));
    Ok(ServiceAddress {
        street_number: required("streetNumber", 20_007)?,
        street_name: required("streetName", 20_008)?,
        street_pre_directional: word(address, "streetPreDirectional", DIRECTIONS, BAD_REQUEST)?,
        street_suffix: word(address, "streetSuffix", SUFFIXES, 20_009)?,
        street_post_directional: word(address, "streetPostDirectional", DIRECTIONS, BAD_REQUEST)?,
        city: required("city", 20_010)?,
        state: word(address, "state", STATES, 20_011)?.ok_or_else(|| VoiceError::new(20_011))?,
        zip: zip(&required("zip", 20_012)?)?,
        secondary_location: secondary_location(address)?,
    })
}

/// One of these words in any case; `None` if the member is absent.
fn word(
    address: Members,
    name: &str,
    words: &str,
    code: u32,
) -> Result<Option<String>, VoiceError> {
    let Some(text) = address.text(name) else { return Ok(None) };
    if words.split(' ').any(|word| word.eq_ignore_ascii_case(&text)) {
        return Ok(Some(text.to_ascii_uppercase()));
    }
    Err(VoiceError::new(code).detail(format!("{name}: {text}")))
}

fn zip(text: &str) -> Result<String, VoiceError> {
    if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.into());
    }
    Err(VoiceError::new(20_013).detail(text))
}

fn secondary_location(address: Members) -> Result<Option<String>, VoiceError> {
    let text = address.text("secondaryLocation");
    match &text {
        Some(text) if text.chars().count() > SECONDARY_LOCATION_MAX => Err(VoiceError::new(20_014)),
        _ => Ok(text),
    }
}
