//! Who hears of an error.

use std::collections::HashSet;
use std::panic::Location;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{ErrMode, Policy};
use crate::error::{Raise, Raised, raise};

/// A line of a program, a kind of error and the function it is of.
type Site = (usize, u32, &'static str);

/// What has been warned of.
static WARNED: LazyLock<Mutex<HashSet<Site>>> = LazyLock::new(Mutex::default);

/// Acts as the policy says on the errors `met` of function `name`, called at `location`: kind by kind, until one of
/// them is an error.
pub(super) fn report(
    policy: &Policy,
    met: u32,
    name: &'static str,
    location: &'static Location<'static>,
) -> Raised<()> {
    for (flag, words, mode) in policy.state.kinds() {
        if met & flag == 0 {
            continue;
        }
        let text = format!("{words} encountered in {name}");
        match (mode, &policy.call) {
            (ErrMode::Ignore, _) => {}
            (ErrMode::Warn, _) => {
                let site = (std::ptr::from_ref(location).addr(), flag, name);
                if WARNED.lock().unwrap_or_else(PoisonError::into_inner).insert(site) {
                    log::warn!("{}:{}: {text}", location.file(), location.line());
                }
            }
            (ErrMode::Raise, _) => {
                let raised: Raised<()> = raise!(FloatingPoint, "{text}");
                return raised.map_err(|raise| Raise::Carried(raise.sign(name, location)));
            }
            (ErrMode::Print, _) => eprintln!("Warning: {text}"),
            (ErrMode::Call, Some(call)) => call(words, met),
            (ErrMode::Log, Some(call)) => call(&format!("Warning: {text}\n"), met),
            (ErrMode::Call, None) => {
                return raise!(Name, "python callback specified for {words} (in  {name}) but no function found.");
            }
            (ErrMode::Log, None) => {
                return raise!(Name, "log specified for {words} (in {name}) but no object with write method found.");
            }
        }
    }
    Ok(())
}
