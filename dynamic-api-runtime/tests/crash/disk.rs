//! A disk in memory that keeps what was synced. When its power is cut, it forgets the rest, or all of it but some sectors. It may
//! also fail once and go on.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use redb::StorageBackend;

use super::random::Random;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// See the module; a clone is the same disk.
#[derive(Debug, Clone)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// What is there after a power cut.
    durable: Vec<u8>,
    /// What is read while the power is on.
    current: Vec<u8>,
    /// What happened since the last sync.
    unsynced: Vec<Change>,
    /// After how many more writes, syncs and changes of length one fails.
    left: u64,
    /// Whether only that one fails; otherwise the power is off from then on.
    recovers: bool,
    failed: bool,
}

#[derive(Debug)]
enum Change {
    Length(usize),
    Write(usize, Vec<u8>),
}

impl Disk {
    /// A disk with this on it, whose power is cut after so many changes.
    pub(crate) fn new(durable: Vec<u8>, changes: u64) -> Self {
        let current = durable.clone();
        let unsynced = Vec::new();
        let state = State { durable, current, unsynced, left: changes, recovers: false, failed: false };
        Self(Arc::new(Mutex::new(state)))
    }

    /// The same disk, but after so many changes it fails once and works again.
    pub(crate) fn recovering(self) -> Self {
        self.state().recovers = true;
        self
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.state().failed
    }

    /// What is on the disk when the power is back: what was synced, and of the rest each sector in `survivors` of ten cases.
    pub(crate) fn after_power_cut(&self, random: &mut Random, survivors: u64) -> Vec<u8> {
        let state = self.state();
        let mut disk = state.durable.clone();
        for change in &state.unsynced {
            match change {
                Change::Length(length) if random.below(10) < survivors => disk.resize(*length, 0),
                Change::Length(_) => {}
                Change::Write(offset, data) => {
                    for (number, sector) in data.chunks(SECTOR).enumerate() {
                        if random.below(10) < survivors {
                            write(&mut disk, offset + number * SECTOR, sector);
                        }
                    }
                }
            }
        }
        disk
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// The state, where one more change succeeds.
    fn change(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        if state.left > 0 {
            state.left -= 1;
            return Ok(state);
        }
        if state.failed && state.recovers {
            return Ok(state);
        }
        state.failed = true;
        Err(off())
    }
}

fn off() -> io::Error {
    io::Error::other("the power is off")
}

fn write(to: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if to.len() < offset + data.len() {
        to.resize(offset + data.len(), 0);
    }
    to[offset..offset + data.len()].copy_from_slice(data);
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().current.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state();
        if state.failed && !state.recovers {
            return Err(off());
        }
        let offset = offset as usize;
        let data = state.current.get(offset..offset + out.len());
        out.copy_from_slice(data.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.change()?;
        state.current.resize(len as usize, 0);
        state.unsynced.push(Change::Length(len as usize));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.change()?;
        for change in std::mem::take(&mut state.unsynced) {
            match change {
                Change::Length(length) => state.durable.resize(length, 0),
                Change::Write(offset, data) => write(&mut state.durable, offset, &data),
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.change()?;
        write(&mut state.current, offset as usize, data);
        state.unsynced.push(Change::Write(offset as usize, data.to_vec()));
        Ok(())
    }
}
