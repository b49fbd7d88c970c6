//! The catalogue of rate centers. It is constant.

use std::sync::LazyLock;

/// The utilization, in percent, that Lumen requires before it reserves more numbers.
pub(crate) const LEAST_UTILIZATION: u32 = 75;
/// How many numbers an ordinary rate center has in stock.
const ORDINARY_STOCK: usize = 2_000;
/// The exchange code of the first rate center in every state. The others follow in sequence.
const FIRST_NXX: u16 = 550;

/// Whether a rate center accepts orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sales {
    Open,
    /// Listed, but closed for orders.
    Closed,
    /// Listed, but not covered by Lumen's network.
    NotCovered,
}

/// A rate center. Each has one exchange code of its own.
pub(crate) struct RateCenter {
    pub(crate) name: &'static str,
    pub(crate) state: &'static str,
    pub(crate) npa: u16,
    pub(crate) nxx: u16,
    pub(crate) zip: String,
    /// Whether it has static 911. Enhanced Local Service needs it, unless the customer has another
    /// 911 service.
    pub(crate) static_911: bool,
    pub(crate) sales: Sales,
    /// How many numbers Lumen has in stock here.
    pub(crate) stock: usize,
    pub(crate) backorders: bool,
    /// The percentage of the customer's numbers here that are in use.
    pub(crate) utilization: u32,
}

impl RateCenter {
    fn new(state: &State, index: u16, name: &'static str) -> RateCenter {
        let usual = RateCenter {
            name,
            state: state.code,
            npa: state.npa,
            nxx: FIRST_NXX + index,
            zip: format!("{:05}", state.first_zip + u32::from(index)),
            static_911: index % 4 != 3,
            sales: Sales::Open,
            stock: ORDINARY_STOCK,
            backorders: true,
            utilization: LEAST_UTILIZATION + u32::from(index) * 2,
        };
        // The documentation of `VoiceSettings` lists these rate centers.
        match (name, state.code) {
            ("BOULDER", "CO") => RateCenter { stock: 12, ..usual },
            ("ASPEN", "CO") => RateCenter { stock: 0, ..usual },
            ("GOLDEN", "CO") => RateCenter { stock: 5, backorders: false, ..usual },
            ("PUEBLO", "CO") => RateCenter { utilization: 60, ..usual },
            ("LEADVILLE", "CO") => RateCenter { sales: Sales::Closed, ..usual },
            ("TELLURIDE", "CO") => RateCenter { sales: Sales::NotCovered, ..usual },
            _ => usual,
        }
    }

    /// Whether orders succeed here: it is not one of the rate centers in which they fail.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.sales == Sales::Open
            && self.stock == ORDINARY_STOCK
            && self.utilization >= LEAST_UTILIZATION
    }
}

/// Every rate center, by state.
pub(crate) static RATE_CENTERS: LazyLock<Vec<RateCenter>> = LazyLock::new(|| {
    let of_state = |state: &'static State| {
        let names = state.rate_centers.split(" | ");
        (0..).zip(names).map(|(index, name)| RateCenter::new(state, index, name))
    };
    STATES.iter().flat_map(of_state).collect()
});

/// The rate center with this name, ignoring case.
pub(crate) fn rate_center(name: &str, state: &str) -> Option<&'static RateCenter> {
    RATE_CENTERS.iter().find(|center| {
        center.name.eq_ignore_ascii_case(name) && center.state.eq_ignore_ascii_case(state)
    })
}

/// The rate center that has the exchange code of a number such as 13035550100.
pub(crate) fn rate_center_of(number: u64) -> Option<&'static RateCenter> {
    let (npa, nxx) = (number / 10_000_000 % 1_000, number / 10_000 % 1_000);
    RATE_CENTERS.iter().find(|center| u64::from(center.npa) == npa && u64::from(center.nxx) == nxx)
}

struct State {
    code: &'static str,
    npa: u16,
    first_zip: u32,
    rate_centers: &'static str,
}

static STATES: [State; 20] = [
    State {
        code: "AZ",
        npa: 602,
        first_zip: 85_001,
        rate_centers: "PHOENIX | TUCSON | MESA | TEMPE | FLAGSTAFF | YUMA | \
                       PRESCOTT | SEDONA | CASA GRANDE | KINGMAN | GLOBE | SAFFORD",
    },
    State {
        code: "CA",
        npa: 213,
        first_zip: 90_001,
        rate_centers: "LOS ANGELES | SAN DIEGO | SACRAMENTO | FRESNO | OAKLAND | SAN JOSE | \
                       BAKERSFIELD | STOCKTON | MODESTO | REDDING | EUREKA | VENTURA",
    },
    State {
        code: "CO",
        npa: 303,
        first_zip: 80_202,
        rate_centers: "BOULDER | ASPEN | GOLDEN | PUEBLO | LEADVILLE | DENVER | \
                       TELLURIDE | FORT COLLINS | GREELEY | LOVELAND | LITTLETON | DURANGO",
    },
    State {
        code: "FL",
        npa: 305,
        first_zip: 33_101,
        rate_centers: "MIAMI | TAMPA | ORLANDO | JACKSONVILLE | GAINESVILLE | OCALA | \
                       SARASOTA | NAPLES | FORT MYERS | PENSACOLA | LEESBURG | WINTER PARK",
    },
    State {
        code: "GA",
        npa: 404,
        first_zip: 30_301,
        rate_centers: "ATLANTA | AUGUSTA | MACON | SAVANNAH | COLUMBUS | ATHENS | \
                       ALBANY | ROME | VALDOSTA | DALTON | NEWNAN | GRIFFIN",
    },
    State {
        code: "IA",
        npa: 515,
        first_zip: 50_301,
        rate_centers: "DES MOINES | AMES | DAVENPORT | DUBUQUE | SIOUX CITY | WATERLOO | \
                       IOWA CITY | CEDAR RAPIDS | BURLINGTON | CLINTON | OTTUMWA | KEOKUK",
    },
    State {
        code: "ID",
        npa: 208,
        first_zip: 83_701,
        rate_centers: "BOISE | NAMPA | CALDWELL | POCATELLO | TWIN FALLS | IDAHO FALLS | \
                       LEWISTON | MOSCOW | KETCHUM | HAILEY | BURLEY | JEROME",
    },
    State {
        code: "IL",
        npa: 312,
        first_zip: 60_601,
        rate_centers: "CHICAGO | AURORA | JOLIET | ROCKFORD | PEORIA | SPRINGFIELD | \
                       DECATUR | CHAMPAIGN | ELGIN | WAUKEGAN | QUINCY | GALESBURG",
    },
    State {
        code: "LA",
        npa: 318,
        first_zip: 71_201,
        rate_centers: "MONROE | SHREVEPORT | ALEXANDRIA | RUSTON | BATON ROUGE | LAFAYETTE | \
                       LAKE CHARLES | HOUMA | HAMMOND | SLIDELL | MINDEN | BASTROP",
    },
    State {
        code: "MN",
        npa: 612,
        first_zip: 55_401,
        rate_centers: "MINNEAPOLIS | SAINT PAUL | DULUTH | ROCHESTER | MANKATO | SAINT CLOUD | \
                       WINONA | BRAINERD | BEMIDJI | HIBBING | FARIBAULT | OWATONNA",
    },
    State {
        code: "MO",
        npa: 816,
        first_zip: 64_101,
        rate_centers: "KANSAS CITY | SAINT LOUIS | COLUMBIA | JOPLIN | SPRINGFIELD | SEDALIA | \
                       ROLLA | BRANSON | SAINT JOSEPH | HANNIBAL | JEFFERSON CITY | WARRENSBURG",
    },
    State {
        code: "NC",
        npa: 704,
        first_zip: 28_201,
        rate_centers: "CHARLOTTE | RALEIGH | DURHAM | GREENSBORO | ASHEVILLE | WILMINGTON | \
                       FAYETTEVILLE | HICKORY | ROCKY MOUNT | JACKSONVILLE | CONCORD | GASTONIA",
    },
    State {
        code: "NE",
        npa: 402,
        first_zip: 68_101,
        rate_centers: "OMAHA | LINCOLN | GRAND ISLAND | KEARNEY | FREMONT | NORFOLK | \
                       HASTINGS | COLUMBUS | NORTH PLATTE | SCOTTSBLUFF | BEATRICE | YORK",
    },
    State {
        code: "NM",
        npa: 505,
        first_zip: 87_101,
        rate_centers: "ALBUQUERQUE | SANTA FE | LAS CRUCES | ROSWELL | FARMINGTON | GALLUP | \
                       TAOS | CLOVIS | CARLSBAD | ALAMOGORDO | SOCORRO | DEMING",
    },
    State {
        code: "NV",
        npa: 702,
        first_zip: 89_101,
        rate_centers: "LAS VEGAS | RENO | HENDERSON | ELKO | CARSON CITY | SPARKS | \
                       FALLON | MESQUITE | PAHRUMP | ELY | WINNEMUCCA | TONOPAH",
    },
    State {
        code: "OR",
        npa: 503,
        first_zip: 97_201,
        rate_centers: "PORTLAND | SALEM | EUGENE | BEND | MEDFORD | ASHLAND | \
                       CORVALLIS | ALBANY | ASTORIA | PENDLETON | GRANTS PASS | ROSEBURG",
    },
    State {
        code: "TX",
        npa: 214,
        first_zip: 75_201,
        rate_centers: "DALLAS | HOUSTON | AUSTIN | SAN ANTONIO | FORT WORTH | EL PASO | \
                       LUBBOCK | AMARILLO | WACO | TYLER | KILLEEN | LAREDO",
    },
    State {
        code: "UT",
        npa: 801,
        first_zip: 84_101,
        rate_centers: "SALT LAKE CITY | PROVO | OGDEN | LOGAN | SAINT GEORGE | MOAB | \
                       PARK CITY | TOOELE | PRICE | VERNAL | CEDAR CITY | HEBER",
    },
    State {
        code: "VA",
        npa: 804,
        first_zip: 23_218,
        rate_centers: "RICHMOND | ASHBURN | NORFOLK | ROANOKE | LYNCHBURG | CHARLOTTESVILLE | \
                       DANVILLE | STAUNTON | WINCHESTER | PETERSBURG | FARMVILLE | BRISTOL",
    },
    State {
        code: "WA",
        npa: 206,
        first_zip: 98_101,
        rate_centers: "SEATTLE | TACOMA | SPOKANE | OLYMPIA | YAKIMA | EVERETT | \
                       VANCOUVER | BELLINGHAM | WALLA WALLA | WENATCHEE | ABERDEEN | LONGVIEW",
    },
];
