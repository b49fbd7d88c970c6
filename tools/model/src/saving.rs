//! Saving the state, and the end of a replaced object.

use crate::act::{Act, Step};
use crate::program::{Choice, Running, leaving};
use crate::setting::Kind;
use crate::state::{At, Ending, Fate, Held, bits};

impl Running<'_> {
    /// Terraform saves the returned state.
    pub(crate) fn save(&mut self) {
        let (key, own) = (self.key(), self.own().clone());
        let place = self.setting.state_of(self.process);
        let ending = self.state.entry(key).and_then(|entry| entry.ending);
        let unconfirmed = ending != Some(Ending::Reached);
        let state = &mut self.state.states[place];
        let is_replaced = self.setting.creates() && !self.setting.destroys_first;
        let deposed = own.held.filter(|_| is_replaced);
        // If the state does not lock, this run may overwrite changes that another run has saved.
        let overwritten =
            state.held.filter(|held| own.held != Some(*held) && held.order != own.order);
        let forgotten = state.deposed.filter(|it| deposed.is_some() && deposed != Some(*it));
        for held in overwritten.into_iter().chain(forgotten) {
            state.lost |= 1 << held.order;
        }
        state.deposed = deposed.or(state.deposed);
        // An adopted order may be for a change that another run wanted later.
        let adopted = self.state.orders.get(usize::from(own.order)).map_or(0, |it| it.wish);
        let wish = own.wish.max(adopted);
        state.held = Some(Held { order: own.order, key, wish, unconfirmed });
        if self.setting.kind == Kind::Growth {
            state.known = own.known | 1 << own.order;
        }
        self.own().deposed = deposed;
        self.act(Act::StateSaved);
        if deposed.is_some() { self.goes_to(At::Destroy) } else { self.ends(false) }
    }

    /// Ends the object that is replaced. The order for that is not explored here.
    pub(crate) fn destroy(&mut self) {
        if self.choice == Choice::GivesUp {
            return self.ends(true);
        }
        let leaving = leaving(self.own());
        let Some(held) = leaving else { return self.goes_to(At::SaveDestroyed) };
        // A new instance has taken over this same object: `Replacements::is_adopted`.
        if self.own().order == held.order {
            self.state.states[self.setting.state_of(self.process)].deposed = None;
            return self.ends(true);
        }
        let order = &mut self.state.orders[usize::from(held.order)];
        if order.fate == Fate::Visible {
            order.fate = Fate::Gone;
        }
        self.goes_to(At::NoteGone);
    }

    /// Closes the entry of an object that is gone: `forget`.
    pub(crate) fn note_gone(&mut self) {
        let leaving = leaving(self.own());
        let journal = bits(self.setting.journal_of(self.process));
        if let Some(held) = leaving.filter(|held| held.key.0 == journal) {
            let entry = self.state.entry(held.key);
            if entry.is_some_and(|entry| entry.files.has(Step::Done)) {
                self.create(held.key, Step::Gone, true);
            } else {
                self.close(held.key, Ending::Gone);
            }
        }
        self.goes_to(At::SaveDestroyed);
    }

    pub(crate) fn save_destroyed(&mut self) {
        let own = self.own();
        let (leaving, was_deposed) = (leaving(own), own.deposed.is_some());
        let state = &mut self.state.states[self.setting.state_of(self.process)];
        let place = if was_deposed { &mut state.deposed } else { &mut state.held };
        // If the state does not lock, another run may have saved something else there.
        if *place == leaving {
            *place = None;
        }
        self.act(Act::StateSaved);
        if was_deposed {
            return self.ends(false);
        }
        self.own().held = None;
        self.goes_to(At::Look);
    }
}
