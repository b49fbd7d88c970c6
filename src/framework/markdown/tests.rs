//! Pages of a schema that has everything.

use expect_test::expect;

use super::*;
use crate::framework::schema::{list, object, string};
use crate::framework::{Rule, Type, Value};

#[test]
fn a_page_tells_who_sets_what_and_what_a_change_means() {
    let size = string().default(Value::text("/29")).replaces().rule(Rule::one_of(&["/28", "/29"]));
    let contact = object([
        ("name", string().required().about("First and last name.")),
        ("token", string().write_only().about("Read once.")),
    ]);
    let schema = Schema::new("A **thing**, with `marks`.")
        .attribute("size", size.about("Its size."))
        .attribute("owner", string().required().about("Whose it is."))
        .attribute("secret", string().sensitive().deprecated("Use `owner`.").about("A secret."))
        .attribute("contact", contact.about("Person to call."))
        .attribute("tags", list(Type::String).computed().about("What it is tagged with."))
        .timeout("create", "60m", "How long to wait for it.");
    let page = Page {
        provider: "toy",
        name: "toy_thing",
        subcategory: "Things",
        schema: &schema,
        example: "data \"toy_thing\" \"one\" {}\n",
        text: None,
    };

    expect![[r#"
        ---
        page_title: "toy_thing Data Source - toy"
        subcategory: "Things"
        description: |-
          A thing, with marks.
        ---

        # toy_thing (Data Source)

        A **thing**, with `marks`.

        ## Example Usage

        ```terraform
        data "toy_thing" "one" {}
        ```

        ## Schema

        ### Required

        - `owner` (String) Whose it is.

        ### Optional

        - `size` (String) Its size. Must be one of `/28`, `/29`. Default: `/29`. Changing this creates a new resource.
        - `secret` (String, Sensitive, Deprecated) A secret. **Deprecated**: Use `owner`.
        - `contact` (Attributes) Person to call. (see [below for nested schema](#nestedatt--contact))
        - `timeouts` (Block) How long each operation may take. (see [below for nested schema](#nestedblock--timeouts))

        ### Read-Only

        - `tags` (List of String) What it is tagged with.

        <a id="nestedatt--contact"></a>
        ### Nested Schema for `contact`

        Required:

        - `name` (String) First and last name.

        Optional:

        - `token` (String, [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)) Read once.

        <a id="nestedblock--timeouts"></a>
        ### Nested Schema for `timeouts`

        Optional:

        - `create` (String) How long to wait for it. Must be a duration with a unit, such as `90s`, `45m` or `2h`. Default: `60m`.
    "#]].assert_eq(&object_page("Data Source", "", &page));
}
