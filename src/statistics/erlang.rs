//! Queueing formulas for Poisson arrivals and exponential handling times: exact references for a simulated helpdesk.
//!
//! Promises Erlang B and C (Erlang 1917) and Erlang A, in which callers hang up (Palm 1957; Garnett, Mandelbaum and
//! Reiman 2002), from the stationary probabilities of the queue's lengths. All times are in one unit, which the caller
//! chooses. Deliberately makes no approximations.

/// A helpdesk with Poisson arrivals of calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Desk {
    /// The rate of arrivals: calls per unit of time.
    pub calls: f64,
    /// The mean time of handling a call.
    pub handling: f64,
    /// The number of agents.
    pub agents: u32,
}

/// What callers experience in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Met {
    /// The probability that a caller waits.
    pub waits: f64,
    /// The mean wait of all callers, including those who do not wait and those who hang up.
    pub mean_wait: f64,
    /// The probability that a caller hangs up.
    pub abandons: f64,
}

impl Desk {
    /// The load, calls × handling, in erlangs.
    pub fn load(&self) -> f64 {
        self.calls * self.handling
    }

    /// Erlang B: the probability that all agents are busy if no caller waits, by the recursion over the number of
    /// agents.
    pub fn blocked(&self) -> f64 {
        (1..=self.agents).fold(1.0, |blocked, n| {
            let busy = self.load() * blocked;
            busy / (f64::from(n) + busy)
        })
    }

    /// Erlang C: every caller waits as long as it takes. `None` if the load reaches the number of agents, so that the
    /// queue grows for ever.
    pub fn patient(&self) -> Option<Met> {
        let spare = f64::from(self.agents) - self.load();
        if spare <= 0.0 {
            return None;
        }
        let blocked = self.blocked();
        let waits = blocked / (1.0 - self.load() / f64::from(self.agents) * (1.0 - blocked));
        Some(Met { waits, mean_wait: waits * self.handling / spare, abandons: 0.0 })
    }

    /// Erlang A: a caller hangs up after an exponential time with this mean, unless an agent answers before.
    pub fn impatient(&self, patience: f64) -> Met {
        // Weights of the queue's lengths, relative to all agents busy and nobody waiting: downwards by Erlang B,
        // upwards one by one.
        let not_full = 1.0 / self.blocked() - 1.0;
        let (mut weight, mut full, mut waiting) = (1.0, 0.0, 0.0);
        let mut queue = 0_u32;
        loop {
            full += weight;
            waiting += weight * f64::from(queue);
            queue += 1;
            let leaving = f64::from(self.agents) / self.handling + f64::from(queue) / patience;
            weight *= self.calls / leaving;
            if (leaving > self.calls && weight * f64::from(queue) < full * 1e-18) || queue > 10_000_000 {
                break;
            }
        }
        let waiting = waiting / (full + not_full);
        // The wait follows from Little's law; each waiting caller hangs up at rate 1 / patience.
        Met {
            waits: full / (full + not_full),
            mean_wait: waiting / self.calls,
            abandons: waiting / patience / self.calls,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-9 * expected.abs(), "{got} and not {expected}");
    }

    /// Values by mpmath 1: `lu_solve` with 50 digits on the balance equations of the chain of lengths, cut off far out.
    #[test]
    #[allow(clippy::excessive_precision)]
    fn values_of_the_balance_equations() {
        let met = Desk { calls: 0.8, handling: 5.0, agents: 6 }.impatient(10.0);
        near(met.waits, 0.23584447110402376);
        near(met.mean_wait, 0.341958168565184);
        near(met.abandons, 0.0341958168565184);
        let met = Desk { calls: 2.0, handling: 12.0, agents: 20 }.impatient(15.0);
        near(met.waits, 0.8508657605390659);
        near(met.mean_wait, 2.772253084314504);
        near(met.abandons, 0.1848168722876336);
        let met = Desk { calls: 30.0, handling: 0.16666666666666666, agents: 5 }.impatient(0.5);
        near(met.waits, 0.6751047627006822);
        near(met.mean_wait, 0.06470985446528796);
        near(met.abandons, 0.12941970893057592);
        let met = Desk { calls: 1.0, handling: 1.0, agents: 3 }.impatient(0.2);
        near(met.waits, 0.07035397807860974);
        near(met.mean_wait, 0.009044249645411711);
        near(met.abandons, 0.04522124822705855);
        let met = Desk { calls: 0.8, handling: 5.0, agents: 6 }.patient().unwrap();
        near(met.waits, 0.2847608453837598);
        near(met.mean_wait, 0.7119021134593997);
        let met = Desk { calls: 3.0, handling: 1.0, agents: 5 }.patient().unwrap();
        near(met.waits, 0.2361516034985423);
        near(met.mean_wait, 0.11807580174927113);
    }

    #[test]
    fn the_printed_table_of_erlang_b() {
        for (load, agents, blocked) in
            [(1.0, 1, "0.5000"), (10.0, 10, "0.2146"), (20.0, 30, "0.0085"), (100.0, 117, "0.0098")]
        {
            let desk = Desk { calls: load, handling: 1.0, agents };
            assert_eq!(format!("{:.4}", desk.blocked()), blocked);
        }
    }

    #[test]
    fn one_agent_is_the_queue_of_the_textbook() {
        // M/M/1 with load 0.8: a caller waits with chance 0.8, and 4 handling times on average.
        let met = Desk { calls: 8.0, handling: 0.1, agents: 1 }.patient().unwrap();
        near(met.waits, 0.8);
        near(met.mean_wait, 0.4);
        assert_eq!(Desk { calls: 10.0, handling: 0.1, agents: 1 }.patient(), None);
    }

    #[test]
    fn saints_wait_as_erlang_c_says_and_nobody_waits_without_patience() {
        let desk = Desk { calls: 9.0, handling: 1.0, agents: 10 };
        let (patient, saints, none) = (desk.patient().unwrap(), desk.impatient(1e9), desk.impatient(1e-9));
        assert!((patient.mean_wait - saints.mean_wait).abs() < 1e-6 && saints.abandons < 1e-8);
        assert!((none.abandons - desk.blocked()).abs() < 1e-6, "who cannot wait is blocked, as in Erlang B");
    }
}
