//! Whose turn it is to shake hands: a number of places in all, and of these a number for each address, so that a client
//! that begins many and finishes none keeps nobody else waiting.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::peer::neighbourhood;

/// The places. Copies are the same ones.
#[derive(Clone)]
pub(super) struct Turns {
    all: Arc<Semaphore>,
    each: usize,
    own: Arc<Mutex<HashMap<IpAddr, Arc<Semaphore>>>>,
}

/// A place, until it is dropped.
pub(super) struct Turn {
    _of_all: OwnedSemaphorePermit,
    _of_own: Option<Own>,
}

/// A place among those of one address. The last one takes the address out of the table.
struct Own {
    turns: Turns,
    key: IpAddr,
    /// Taken out before the table is looked at.
    places: Option<(Arc<Semaphore>, Option<OwnedSemaphorePermit>)>,
}

impl Turns {
    /// `all` places in all, `each` for one address.
    pub(super) fn new(all: usize, each: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all)),
            each,
            own: Arc::default(),
        }
    }

    /// Waits for a place, first among those of its address: who waits there does not hold one of the others'. `None`
    /// only if there are none any more.
    pub(super) async fn take(&self, address: Option<IpAddr>) -> Option<Turn> {
        let own = match address {
            Some(address) => Some(self.own(address).await?),
            None => None,
        };
        let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        Some(Turn {
            _of_all: all,
            _of_own: own,
        })
    }

    async fn own(&self, address: IpAddr) -> Option<Own> {
        let key = neighbourhood(address);
        let places = {
            let mut table = self.own.lock().unwrap_or_else(PoisonError::into_inner);
            let places = table
                .entry(key)
                .or_insert_with(|| Arc::new(Semaphore::new(self.each)));
            Arc::clone(places)
        };
        // Made before it waits, so that the table is tidied up also after whoever gives up.
        let mut own = Own {
            turns: self.clone(),
            key,
            places: Some((Arc::clone(&places), None)),
        };
        let permit = places.acquire_owned().await.ok()?;
        if let Some((_, held)) = &mut own.places {
            *held = Some(permit);
        }
        Some(own)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.places = None;
        let mut table = self
            .turns
            .own
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Only the table knows it: nobody of this address holds a place or waits for one.
        if table
            .get(&self.key)
            .is_some_and(|places| Arc::strong_count(places) == 1)
        {
            table.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn who_waits_for_an_own_place_takes_none_of_the_others() {
        let turns = Turns::new(3, 2);
        let many = address("2001:db8::1");
        let first = turns.take(Some(many)).await;
        let second = turns.take(Some(address("2001:db8::2"))).await;
        assert!(first.is_some() && second.is_some());
        // The whole network is one client.
        let third = turns.take(Some(address("2001:db8::3"))).now_or_never();
        assert!(third.is_none());
        let mut waiting = Box::pin(turns.take(Some(many)));
        assert!(waiting.as_mut().now_or_never().is_none());
        let other = turns.take(Some(address("192.0.2.1"))).now_or_never();
        let other = other.flatten();
        assert!(other.is_some(), "the third place of all is still there");
        assert!(turns.take(None).now_or_never().is_none());
        drop(first);
        assert!(waiting.await.is_some(), "its own place, and one of all");
        drop((second, other));
        assert!(turns.own.lock().unwrap().is_empty(), "nobody is remembered");
        assert_eq!(turns.all.available_permits(), 3);
    }

    #[tokio::test]
    async fn an_address_without_a_bound_has_all_of_them() {
        let turns = Turns::new(3, 1);
        let taken: Vec<_> = (0..3).map(|_| turns.take(None).now_or_never()).collect();
        assert!(
            taken
                .iter()
                .all(|turn| turn.as_ref().is_some_and(Option::is_some))
        );
        assert!(turns.take(None).now_or_never().is_none());
    }
}
