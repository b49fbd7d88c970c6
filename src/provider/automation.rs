//! Pipelines, by the environment variables that they set.

/// Variables that pipelines set, the one that says most first. A machine that runs one may be thrown
/// away after it.
pub const AUTOMATION: [&str; 15] = [
    "TFC_RUN_ID",
    "ATLANTIS_TERRAFORM_VERSION",
    "SPACELIFT",
    "TF_VAR_spacelift_run_id",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "JENKINS_URL",
    "BUILDKITE",
    "CIRCLECI",
    "BITBUCKET_BUILD_NUMBER",
    "CODEBUILD_BUILD_ID",
    "TEAMCITY_VERSION",
    "TF_BUILD",
    "CI",
    "TF_IN_AUTOMATION",
];

/// The variable that shows that a pipeline runs this.
pub(super) fn automation(variable: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let is_set = |name: &&str| {
        let value = variable(name).unwrap_or_default();
        !value.is_empty() && value != "0" && !value.eq_ignore_ascii_case("false")
    };
    AUTOMATION.into_iter().find(is_set)
}
