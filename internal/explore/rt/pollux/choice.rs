//! Who answers the questions of one schedule: a recorded list, dice, priorities, or a walk through all answers.
//!
//! Answer 0 is always what plain tokio does; every other answer is a departure from it. None of them allocates for a decision.

use super::depart::Departures;
use super::plan::{Plan, Strategy};
use super::trial::Trial;

/// Answers of one schedule.
pub(super) enum Source {
    Script { words: &'static [(u8, u32)], at: usize },
    Trial(Trial),
    Departures(Departures),
    Dice(Dice),
    Priorities(Priorities),
    Walk(Walk),
}

impl Source {
    /// The recorded decisions of the plan.
    pub(super) fn script(plan: &'static Plan) -> Source {
        Source::Script { words: plan.script.as_deref().unwrap_or_default(), at: 0 }
    }

    /// The source for schedule `seed` of a strategy that draws.
    pub(super) fn drawn(strategy: Strategy, seed: u64, depth: u32) -> Source {
        match strategy {
            Strategy::Priorities => Source::Priorities(Priorities::new(seed, depth)),
            Strategy::Mixed if seed % 4 == 3 => Source::Priorities(Priorities::new(seed, depth)),
            _ => Source::Dice(Dice::new(seed)),
        }
    }
}

/// splitmix64.
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Rng {
        Rng(mix(seed.wrapping_add(0x51_7c_c1_b7_27_22_0a_95)))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((self.next() >> 32) * u64::from(n) >> 32) as u32
    }
}

/// splitmix64's finaliser.
pub(super) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Every answer by chance.
pub(super) struct Dice {
    pub(super) rng: Rng,
    /// Largest budget of this schedule: small ones interrupt often, large ones late.
    widest: u32,
    /// Uses after which the present poll is interrupted.
    budget: u32,
    /// Tasks after which the present round ends.
    turns: u32,
}

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice { rng: Rng::new(seed), widest: [1, 3, 8, 3][(seed % 4) as usize], budget: 0, turns: 1 }
    }

    pub(super) fn begin_poll(&mut self) {
        self.budget = self.rng.below(self.widest + 1);
    }

    pub(super) fn interrupts(&self, used: u32) -> bool {
        used == self.budget
    }

    pub(super) fn begin_round(&mut self) {
        self.turns = 1 + self.rng.below(4);
    }

    pub(super) fn ends_round(&self, turn: u32) -> bool {
        turn >= self.turns
    }
}

/// Probabilistic concurrency testing (Burckhardt and others, ASPLOS 2010): the ready task of the highest priority runs, and at
/// `depth` - 1 steps the running task falls below all others. A task that runs very long without an end falls too, since
/// a task that spins would otherwise starve the one that it waits for.
pub(super) struct Priorities {
    pub(super) rng: Rng,
    /// Priorities of tasks, by the address of the task, in order.
    of: Vec<(usize, u64)>,
    falls: [u64; MAX_DEPTH],
    step: u64,
    /// The next lowest priority.
    low: u64,
    picked: usize,
    streak: u32,
    /// The test body is looked at as soon as it is woken, rather than when nobody else can run.
    eager_body: bool,
}

const MAX_DEPTH: usize = 16;
/// Polls in a row after which a task falls.
const STREAK: u32 = 64;
/// How many steps a test may have: the steps at which tasks fall are spread over one of these.
const LENGTHS: [u32; 4] = [8, 32, 128, 512];

impl Priorities {
    fn new(seed: u64, depth: u32) -> Priorities {
        let mut rng = Rng::new(seed);
        let length = LENGTHS[rng.below(4) as usize];
        let mut falls = [0; MAX_DEPTH];
        for fall in falls.iter_mut().take((depth.max(1) as usize - 1).min(MAX_DEPTH)) {
            *fall = 1 + u64::from(rng.below(length));
        }
        let eager_body = rng.below(2) == 0;
        Priorities { rng, of: Vec::new(), falls, step: 0, low: 1 << 32, picked: 0, streak: 0, eager_body }
    }

    pub(super) fn pick(&mut self, ready: usize, key: impl Fn(usize) -> usize) -> u32 {
        let (mut best, mut at) = (0, 0);
        for i in 0..ready {
            let priority = self.priority(key(i));
            if priority > best {
                (best, at) = (priority, i);
            }
        }
        self.run(key(at));
        at as u32
    }

    /// Only one task was ready.
    pub(super) fn run(&mut self, key: usize) {
        self.streak = if key == self.picked { self.streak + 1 } else { 0 };
        self.picked = key;
        if self.streak > STREAK {
            self.streak = 0;
            self.fall();
        }
    }

    fn priority(&mut self, key: usize) -> u64 {
        match self.of.binary_search_by_key(&key, |(k, _)| *k) {
            Ok(at) => self.of[at].1,
            Err(at) => {
                let fresh = self.rng.next() | 1 << 63;
                self.of.insert(at, (key, fresh));
                fresh
            }
        }
    }

    fn fall(&mut self) {
        self.low -= 1;
        let (picked, low) = (self.picked, self.low);
        let _ = self.priority(picked);
        if let Ok(at) = self.of.binary_search_by_key(&picked, |(k, _)| *k) {
            self.of[at].1 = low;
        }
    }

    /// The picked task ended; its address may soon be that of another.
    pub(super) fn ended(&mut self) {
        let picked = self.picked;
        if let Ok(at) = self.of.binary_search_by_key(&picked, |(k, _)| *k) {
            self.of.remove(at);
        }
    }

    /// A step of the running task; whether it is interrupted here.
    pub(super) fn interrupts(&mut self, body: bool) -> bool {
        self.step += 1;
        if !self.falls.contains(&self.step) {
            return false;
        }
        if !body {
            self.fall();
        }
        true
    }

    pub(super) fn ends_round(&self, deferred: bool) -> bool {
        deferred || self.eager_body
    }
}

/// All answers, one schedule after the other: a depth-first walk through the tree of decisions, first all schedules without
/// a departure from plain tokio, then all with at most one, and so on until a bound cuts nothing off any more.
pub(super) struct Walk {
    nodes: Vec<Node>,
    at: usize,
    departures: u32,
    bound: u32,
    /// The bound before: how many there were within it that were all run; none before the first.
    within: i64,
    /// The bound left something out.
    cut: bool,
    done: bool,
    /// The same decisions led to another question: something outside takes part.
    pub(super) strayed: bool,
}

impl Default for Walk {
    fn default() -> Walk {
        Walk { nodes: Vec::new(), at: 0, departures: 0, bound: 0, within: -1, cut: false, done: false, strayed: false }
    }
}

#[derive(Clone, Copy)]
struct Node {
    choice: u32,
    ways: u32,
}

impl Walk {
    pub(super) fn choose(&mut self, ways: u32) -> u32 {
        if self.at == self.nodes.len() {
            let open = self.departures < self.bound;
            self.cut |= !open;
            self.nodes.push(Node { choice: 0, ways: if open { ways } else { 1 } });
        }
        let node = &self.nodes[self.at];
        if node.choice >= ways {
            self.strayed = true;
            return 0;
        }
        self.at += 1;
        self.departures += u32::from(node.choice > 0);
        node.choice
    }

    /// Goes on to the next schedule; false when there is none.
    pub(super) fn advance(&mut self) -> bool {
        self.strayed |= self.at < self.nodes.len();
        (self.at, self.departures) = (0, 0);
        while let Some(node) = self.nodes.last_mut() {
            if node.choice + 1 < node.ways {
                node.choice += 1;
                return true;
            }
            self.nodes.pop();
        }
        self.done = !self.cut;
        self.cut = false;
        self.within = i64::from(self.bound);
        if !self.done {
            // Each level runs those below it again, so the steps grow.
            self.bound = if self.bound < 3 { self.bound + 1 } else { 2 * self.bound - 1 };
        }
        !self.done
    }

    pub(super) fn ended(&self) -> bool {
        self.done
    }

    /// Which part of the schedules within the bound was run, when each way on from a question is taken for equally large.
    fn share(&self) -> f64 {
        let (mut share, mut mass) = (0.0, 1.0);
        for node in &self.nodes {
            mass /= f64::from(node.ways);
            share += f64::from(node.choice) * mass;
        }
        share
    }

    /// The text from which [`Walk::parse`] goes on: `within bound cut done share` and the answers of the next schedule.
    pub(super) fn text(&self) -> String {
        let flag = |on: bool| if on { '1' } else { '0' };
        let mut out = format!("{} {} {} {} {:.6}", self.within, self.bound, flag(self.cut), flag(self.done), self.share());
        for node in &self.nodes {
            out.push_str(&format!(" {}/{}", node.choice, node.ways));
        }
        out
    }

    pub(super) fn parse(text: &str) -> Option<Walk> {
        let mut words = text.split_whitespace();
        let within = words.next()?.parse().ok()?;
        let bound = words.next()?.parse().ok()?;
        let cut = words.next()? == "1";
        let done = words.next()? == "1";
        words.next()?;
        let nodes = words
            .map(|word| {
                let (choice, ways) = word.split_once('/')?;
                Some(Node { choice: choice.parse().ok()?, ways: ways.parse().ok()? })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Walk { nodes, bound, within, cut, done, ..Walk::default() })
    }
}
