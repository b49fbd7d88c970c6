//! A model.
mod act;
mod calm;
mod event;
mod looking;
mod model;
mod program;
mod rules;
mod setting;
mod state;
mod steps;
mod surroundings;
mod symmetry;
#[cfg(test)]
mod try_it {
    use super::*;
    use setting::*;
    use stateright::{Checker, Model, HasDiscoveries};
    fn go(name: &str, s: Setting) {
        let t = std::time::Instant::now();
        let c = s.checker().threads(2).timeout(std::time::Duration::from_secs(60)).finish_when(HasDiscoveries::Any).spawn_bfs().join();
        println!("=== {name} {} {} {} {:?}", c.state_count(), c.unique_state_count(), c.max_depth(), t.elapsed());
        for (name, path) in c.discoveries() {
            println!("VIOLATED {name}");
            for (s, a) in path.into_vec() { println!("{:?}\n   {:?} {:?} wish{}\n  {:?}\n  {:?}\n {:?}", a, s.processes.iter().map(|p| p.at).collect::<Vec<_>>(), s.broken, s.wish, s.journals, s.orders, s.states); }
        }
    }
    #[test]
    fn small() {
        let b = Setting::SMALL;
        let which = std::env::var("W").unwrap_or_default();
        let all = [
          ("small", b),
          ("promises", Setting { promises: true, ..b }),
          ("growth-locked", Setting { kind: Kind::Growth, layout: Layout::Locked, ..b }),
          ("rename", Setting { kind: Kind::Rename, ..b }),
          ("elsewhere", Setting { layout: Layout::Elsewhere, ..b }),
          ("twins", Setting { layout: Layout::Twins, runs: 1, ..b }),
          ("aliases", Setting { layout: Layout::Aliases, runs: 1, ..b }),
          ("power", Setting { crashes: 0, power_cuts: 1, ..b }),
          ("replace", Setting { layout: Layout::Locked, changes: 1, ..b }),
          ("replace-first", Setting { layout: Layout::Locked, changes: 1, destroys_first: true, ..b }),
          ("replace-unlocked", Setting { changes: 1, ..b }),
          ("lags", Setting { lags: true, ..b }),
          ("lags-promises", Setting { lags: true, promises: true, ..b }),
          ("growth", Setting { kind: Kind::Growth, ..b }),
        ];
        for (n, s) in all { if which.is_empty() || which == n { go(n, s) } }
    }
}
