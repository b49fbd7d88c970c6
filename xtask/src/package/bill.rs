//! The bill of materials: the crates in the program, as `CycloneDX` 1.5.
//!
//! `cargo-cyclonedx` is not used, because the bytes must be reproducible: the release workflow builds the
//! package twice, at different paths on different machines, and compares every file. `cargo-cyclonedx`
//! writes the current time, a random serial number and the path of the workspace.

use cyclonedx_bom::models::bom::{Bom, SpecVersion, UrnUuid};
use cyclonedx_bom::models::component::{Classification, Component, Components};
use cyclonedx_bom::models::dependency::{Dependencies, Dependency};
use cyclonedx_bom::models::external_reference::{
    ExternalReference, ExternalReferenceType, ExternalReferences,
};
use cyclonedx_bom::models::hash::{Hash, HashAlgorithm, HashValue, Hashes};
use cyclonedx_bom::models::license::{LicenseChoice, Licenses};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::models::property::{Properties, Property};
use cyclonedx_bom::models::tool::Tools;
use cyclonedx_bom::prelude::{NormalizedString, Purl, SpdxExpression, Uri, Validate as _};
use jiff::Timestamp;
use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider::{PACKAGE, VERSION};

use super::checksums::sha256;
use super::compiler::Compiler;
use super::crates::{Crate, Crates, Id};

/// Writes the bill of materials of a program. The same program produces the same bytes.
pub(super) fn of_materials(
    crates: &Crates,
    program: &[u8],
    compiler: &Compiler,
    target: &str,
    moment: Timestamp,
) -> Result<Vec<u8>, Failure> {
    let mut own = component(Classification::Application, &crates.own)?;
    own.hashes = Some(sha256_only(sha256(program)));
    own.properties = Some(Properties(vec![
        Property::new("rust:target", target),
        Property::new("rust:compiler", &compiler.release),
    ]));
    let moment = moment.to_string().try_into().context("the time can't be written")?;
    let libraries = crates.others.iter().map(|it| component(Classification::Library, it));
    let mut libraries = libraries.collect::<Result<Vec<_>, Failure>>()?;
    libraries.push(standard_library(compiler)?);

    let mut bill = Bom {
        spec_version: SpecVersion::V1_5,
        // The serial number is derived from everything else, and set below.
        serial_number: None,
        metadata: Some(Metadata {
            timestamp: Some(moment),
            tools: Some(Tools::Object {
                services: None,
                components: Some(Components(vec![tool()])),
            }),
            component: Some(own),
            ..Metadata::default()
        }),
        components: Some(Components(libraries)),
        dependencies: Some(dependencies(crates, compiler)),
        ..Bom::default()
    };
    bill.serial_number = Some(serial_number(&json(&bill)?));
    let checked = bill.validate_version(SpecVersion::V1_5);
    if checked.has_errors() {
        return Err(Failure::new(format!("The bill of materials is not valid: {checked:?}")));
    }
    json(&bill)
}

fn component(what: Classification, it: &Crate) -> Result<Component, Failure> {
    let Id { name, version } = &it.id;
    let mut component = Component::new(what, name, version, Some(reference(&it.id)));
    component.purl = Some(purl(&reference(&it.id))?);
    component.description = it.described.description.as_deref().map(NormalizedString::new);
    if let Some(license) = &it.described.license {
        component.licenses = Some(licensed(name, license)?);
    }
    component.hashes = it.checksum.clone().map(sha256_only);
    if let Some(repository) = &it.described.repository {
        component.external_references = Some(ExternalReferences(vec![ExternalReference::new(
            ExternalReferenceType::Vcs,
            Uri::new(repository),
        )]));
    }
    Ok(component)
}

/// The standard library, which every program contains but no lock file lists.
fn standard_library(compiler: &Compiler) -> Result<Component, Failure> {
    let reference = standard_library_reference(compiler);
    let mut std =
        Component::new(Classification::Library, "std", &compiler.release, Some(reference.clone()));
    std.description = Some(NormalizedString::new("The Rust standard library"));
    std.licenses = Some(licensed("std", "MIT OR Apache-2.0")?);
    std.purl = Some(purl(&reference)?);
    Ok(std)
}

fn tool() -> Component {
    Component::new(Classification::Application, "cargo xtask package", VERSION, None)
}

fn dependencies(crates: &Crates, compiler: &Compiler) -> Dependencies {
    let std = standard_library_reference(compiler);
    let own = std::iter::once(&crates.own);
    let of_crates = own.chain(&crates.others).map(|it| {
        let mut dependencies: Vec<String> = it.uses.iter().map(reference).collect();
        dependencies.push(std.clone());
        Dependency { dependency_ref: reference(&it.id), dependencies }
    });
    let of_std = Dependency { dependency_ref: std.clone(), dependencies: Vec::new() };
    Dependencies(of_crates.chain([of_std]).collect())
}

/// The package URL, which identifies a crate.
fn reference(Id { name, version }: &Id) -> String {
    if name == PACKAGE {
        // The provider is not published to a crate registry.
        return format!("pkg:github/lumen-community/{name}@v{version}");
    }
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

fn standard_library_reference(compiler: &Compiler) -> String {
    format!("pkg:github/rust-lang/rust@{}#library/std", compiler.release)
}

fn purl(reference: &str) -> Result<Purl, Failure> {
    reference.parse().map_err(|()| Failure::new(format!("{reference} is not a package URL")))
}

fn licensed(name: &str, license: &str) -> Result<Licenses, Failure> {
    let license = SpdxExpression::parse_lax(license.to_owned())
        .context(format_args!("the license of {name}, {license}, is unknown"))?;
    Ok(Licenses(vec![LicenseChoice::Expression(license)]))
}

fn sha256_only(digits: String) -> Hashes {
    Hashes(vec![Hash { alg: HashAlgorithm::SHA_256, content: HashValue(digits) }])
}

/// A UUID that is derived from the content. It has version 8, whose bits RFC 9562 leaves to the
/// application.
fn serial_number(content: &[u8]) -> UrnUuid {
    let digits = sha256(content);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    UrnUuid(format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 15),
        part(15, 18),
        part(18, 30),
    ))
}

fn json(bill: &Bom) -> Result<Vec<u8>, Failure> {
    let mut json = Vec::new();
    let written = bill.clone().output_as_json_v1_5(&mut json);
    written.context("the bill of materials can't be written")?;
    json.push(b'\n');
    Ok(json)
}
