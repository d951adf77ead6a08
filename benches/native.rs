//! `make bench`, the native half: the same work as in the browser's worker, on files
//! in a temporary folder. Prints one JSON object; what it does meanwhile goes to
//! stderr. It stands in the way of nobody: plain times, no statistics.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};
    use std::time::Instant;

    use daybook::application::{
        Command, CommandBus, CommandEnvelope, Environment, SeededEnvironment,
    };
    use daybook::bench::{
        Filling, PlainTable, append_events_per_s, load_aggregate, open_log, project_all,
    };
    use daybook::disk::install_gathering_vfs;
    use daybook::domain::ids::{CommandId, ProductId};
    use daybook::domain::product::ProductCommand;
    use daybook::domain::{Quantity, Timestamp};
    use daybook::event_store::{EventStore, Snapshots};
    use daybook::projector::{self, Projector};
    use rusqlite::{Connection, OpenFlags};

    /// As in the browser, writes to logs are gathered.
    const VFS: &str = "gathering";
    const BATCHES: [usize; 3] = [1, 10, 1000];
    const STORY_EVENTS: u64 = 10_000;
    const FEW_EVENTS: u64 = 1000;
    const SAMPLES: u64 = 200;
    const OPENINGS: usize = 5;
    /// Events of a rebuild in one transaction; the worker finds out what fits a slice.
    const REBUILD_EVENTS: u32 = 1000;

    type Results = BTreeMap<String, f64>;

    pub fn run() {
        let many: u64 = std::env::var("BENCH_EVENTS").map_or(1_000_000, |text| {
            text.parse().expect("BENCH_EVENTS is a number")
        });
        install_gathering_vfs(VFS, "unix").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Instant::now();
        let bench = Bench {
            folder: folder.path().to_owned(),
            now_ms: &move || clock.elapsed().as_secs_f64() * 1000.0,
        };
        let mut results = Results::new();
        bench.measure_appends(&mut results);
        bench.measure_loading(&mut results);
        bench.measure_shop(many, &mut results);
        println!("{}", serde_json::to_string_pretty(&results).unwrap());
    }

    struct Bench<'a> {
        folder: PathBuf,
        now_ms: &'a dyn Fn() -> f64,
    }

    impl Bench<'_> {
        fn connect(&self, name: &str) -> Connection {
            connect(&self.folder.join(name))
        }

        fn time<T>(&self, work: impl FnOnce() -> T) -> (T, f64) {
            let began = (self.now_ms)();
            let result = work();
            (result, (self.now_ms)() - began)
        }

        fn measure_appends(&self, results: &mut Results) {
            for batch in BATCHES {
                say(&format!("appends in batches of {batch}"));
                let mut store = open_log(self.connect(&format!("append-{batch}.db"))).unwrap();
                let rate = append_events_per_s(&mut store, batch, self.now_ms).unwrap();
                results.insert(format!("append_events_per_s_{batch}"), rate);
            }
        }

        fn measure_loading(&self, results: &mut Results) {
            say(&format!("a stream of {STORY_EVENTS} events"));
            let mut store = open_log(self.connect("story.db")).unwrap();
            let views = self.connect("story-views.db");
            let times = load_aggregate(&mut store, views, STORY_EVENTS, self.now_ms).unwrap();
            let (from_events, from_snapshot) = (times.from_events_ms, times.from_snapshot_ms);
            results.insert("load_aggregate_ms".to_owned(), quantile(from_events, 0.5));
            results.insert(
                "load_aggregate_snapshot_ms".to_owned(),
                quantile(from_snapshot, 0.5),
            );
        }

        fn measure_shop(&self, many: u64, results: &mut Results) {
            let mut filling = Filling::new().unwrap();
            for (events, suffix) in [(FEW_EVENTS, size(FEW_EVENTS)), (many, size(many))] {
                say(&format!("a log of {events} events"));
                {
                    let (mut store, mut projector) = self.open();
                    let (_, filled_ms) = self.time(|| fill(&mut filling, &mut store, events));
                    let (_, projected_ms) = self.time(|| projector.catch_up(&store).unwrap());
                    say(&format!(
                        "filled in {filled_ms:.0} ms, projected in {projected_ms:.0} ms"
                    ));
                    store.checkpoint().unwrap();
                }
                self.measure_opening(&suffix, results);
                self.measure_commands(&suffix, results);
            }
            self.measure_projecting(&size(many), results);
        }

        fn open(&self) -> (EventStore, Projector) {
            let store = open_log(self.connect("events.db")).unwrap();
            let views = self.connect("views.db");
            let projector = Projector::open(views, &store, projector::all()).unwrap();
            (store, projector)
        }

        fn measure_opening(&self, suffix: &str, results: &mut Results) {
            let times = (0..OPENINGS).map(|_| self.time(|| self.open()).1).collect();
            results.insert(format!("open_ms_{suffix}"), quantile(times, 0.5));
        }

        fn measure_commands(&self, suffix: &str, results: &mut Results) {
            let (mut store, projector) = self.open();
            let plain = PlainTable::open(self.connect(&format!("plain-{suffix}.db"))).unwrap();
            let environment = SeededEnvironment::new(store.head(), Timestamp(1_900_000_000_000));
            let snapshots = Snapshots::new(projector.share_views());
            let mut bus = CommandBus::new(environment, "bench").with_snapshots(snapshots);
            let product_id = some_product(projector.views());
            let (mut plain_ms, mut command_ms) = (Vec::new(), Vec::new());
            for _ in 0..SAMPLES {
                plain_ms.push(self.time(|| plain.commit().unwrap()).1);
                let command = receive_one(&mut bus, &product_id);
                let (_, took_ms) = self.time(|| {
                    store.begin().unwrap();
                    bus.execute(&mut store, &command).unwrap();
                    store.commit().unwrap();
                });
                command_ms.push(took_ms);
            }
            let (plain_ms, command_ms) = (quantile(plain_ms, 0.5), quantile(command_ms, 0.5));
            results.insert(format!("plain_commit_ms_p50_{suffix}"), plain_ms);
            results.insert(format!("command_ms_p50_{suffix}"), command_ms);
            results.insert(
                format!("command_over_plain_{suffix}"),
                command_ms / plain_ms,
            );
        }

        fn measure_projecting(&self, suffix: &str, results: &mut Results) {
            let (store, mut projector) = self.open();
            say("projection of the whole log");
            let projected = project_all(&mut projector, &store, self.now_ms).unwrap();
            let rate = projected.events as f64 * 1000.0 / projected.milliseconds;
            results.insert("project_events_per_s".to_owned(), rate);
            say("a rebuild of all read models, aside");
            let (_, took_ms) = self.time(|| {
                projector.start_rebuild_of_all().unwrap();
                while projector.rebuild_step(&store, REBUILD_EVENTS).unwrap().more {}
            });
            results.insert(format!("rebuild_{suffix}_s"), took_ms / 1000.0);
        }
    }

    fn connect(path: &Path) -> Connection {
        Connection::open_with_flags_and_vfs(path, OpenFlags::default(), VFS).unwrap()
    }

    fn fill(filling: &mut Filling, store: &mut EventStore, events: u64) {
        while store.head() < events {
            filling.commit_some(store, events).unwrap();
        }
    }

    fn some_product(views: &Connection) -> ProductId {
        let id: String = views
            .query_row(
                "SELECT product_id FROM current_inventory LIMIT 1",
                [],
                |row| row.get(0),
            )
            .unwrap();
        ProductId::new(id).unwrap()
    }

    fn receive_one(
        bus: &mut CommandBus<SeededEnvironment>,
        product_id: &ProductId,
    ) -> CommandEnvelope {
        let environment = bus.environment();
        let now = environment.now();
        CommandEnvelope {
            command_id: CommandId::from(environment.new_id(now)),
            actor: "Mara".to_owned(),
            command: Command::Product {
                product_id: product_id.clone(),
                command: ProductCommand::ReceiveStock {
                    quantity: Quantity::ONE,
                    supplier: String::new(),
                    cost_per_unit: None,
                },
            },
        }
    }

    /// How the keys call so many events: `1k`, `1m`.
    fn size(events: u64) -> String {
        match events {
            1_000_000.. if events.is_multiple_of(1_000_000) => format!("{}m", events / 1_000_000),
            1000.. if events.is_multiple_of(1000) => format!("{}k", events / 1000),
            _ => events.to_string(),
        }
    }

    fn quantile(mut samples: Vec<f64>, share: f64) -> f64 {
        samples.sort_by(f64::total_cmp);
        samples[((samples.len() as f64 * share) as usize).min(samples.len() - 1)]
    }

    fn say(what: &str) {
        eprintln!("bench, native: {what}");
    }
}

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    native::run();
}
