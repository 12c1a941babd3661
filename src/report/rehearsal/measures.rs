//! All measures of a rehearsal as tidy data: one variable, instant and group in each row, for analysis in other tools.
//!
//! Promises everything that was counted, the same columns in every row and the same bytes for the same runs; the
//! columns are described in `docs/measures.md`. Deliberately leaves out what a file's `measures:` says: that is for
//! reports.

use super::words::SMALL;
use crate::format::rehearsal::Group;
use crate::kernel::Time;
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::measure::series::{Series, TimeMeasure};
use crate::rehearsal::measure::summary::{Spread, Summary, added, spread, spread_of_counts};
use crate::statistics::Interval;
use std::borrow::Cow;
use std::fmt::Write;

/// One measure over the runs: mean, confidence interval and quantiles.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureRow {
    /// What was measured.
    pub measure: &'static str,
    /// Of whom.
    pub of: String,
    /// By which reason, topic or clause; empty if the measure has no such breakdown.
    pub by: &'static str,
    /// When, by the clocks of Singapore; none for a number of the whole run.
    pub at: Option<Time>,
    /// `count`, or `s` for seconds.
    pub unit: &'static str,
    /// The mean over the runs.
    pub mean: f64,
    /// Its interval of 95 %, for more than one run.
    pub interval: Option<Interval>,
    /// The quantiles of 5, 50 and 95 %: of the runs, or of all times of all runs.
    pub quantiles: [i64; 3],
}

/// All rows, in one order.
pub fn rows(summary: &Summary<'_>) -> Vec<MeasureRow> {
    let mut out = Vec::new();
    let groups = Group::ALL.iter().map(|group| (Series::Accounts(*group), "accounts", group.word(), ""));
    let counted = Series::all().into_iter().map(|(series, measure, of, by)| (series, measure.word(), of, by));
    for (series, measure, of, by) in groups.chain(counted) {
        for (instant, at) in summary.grid.iter().enumerate() {
            let number = |run: &Replicate| run.points.get(instant)?.get(series.at()).copied().map(i64::from);
            out.extend(row((measure, of, by), Some(*at), summary.runs.iter().filter_map(number).collect()));
        }
    }
    let (small, large): (Vec<_>, Vec<_>) = summary.places().into_iter().partition(|(_, all, _)| *all < SMALL);
    let mut places: Vec<(String, Vec<usize>)> =
        large.into_iter().map(|(place, ..)| (summary.plan.place(place), vec![place])).collect();
    places.push(("smaller-places".to_owned(), small.into_iter().map(|(place, ..)| place).collect()));
    for (name, within) in places.iter().filter(|(_, within)| !within.is_empty()) {
        for (at, counts) in summary.mornings(within) {
            out.extend(row(("locked-out-by-place", name.as_str(), ""), Some(at), counts));
        }
    }
    let hung_up = summary.runs.iter().map(|run| i64::from(run.hung_up)).collect();
    out.extend(row(("hung-up", "everyone", ""), None, hung_up));
    for (at, decision) in summary.plan.candidate.decisions.iter().enumerate() {
        let taken = |run: &Replicate| i64::from(run.decided.get(at) == Some(&true));
        out.extend(row(("decided", &decision.id, ""), None, summary.runs.iter().map(taken).collect()));
    }
    for (clause, counts) in summary.decisive() {
        out.extend(row(("decisive", "everyone", clause.id()), None, added(&counts)));
        for (at, counts) in summary.grid.iter().zip(counts) {
            out.extend(row(("decisive", "everyone", clause.id()), Some(*at), counts));
        }
    }
    for measure in TimeMeasure::ALL {
        let times = summary.times(measure);
        let least = |permille| Some(i64::try_from(times.quantile(permille)?.least()).unwrap_or(i64::MAX));
        let quantiles = [50, 500, 950].map(least);
        let cut_short = |run: &Replicate| i64::try_from(run.cut_short(measure).count()).unwrap_or(i64::MAX);
        out.extend(row(("cut-short", "everyone", measure.word()), None, summary.runs.iter().map(cut_short).collect()));
        let all = time(measure, None, &summary.mean_times(measure, None));
        if let (Some(all), [Some(low), Some(median), Some(high)]) = (all, quantiles) {
            out.push(MeasureRow { quantiles: [low, median, high], ..all });
        }
        for (instant, at) in summary.grid.iter().enumerate() {
            out.extend(time(measure, Some(*at), &summary.mean_times(measure, Some(instant))));
        }
    }
    out
}

fn row(
    (measure, of, by): (&'static str, &str, &'static str),
    at: Option<Time>,
    values: Vec<i64>,
) -> Option<MeasureRow> {
    let Spread { mean, interval, low, median, high } = spread_of_counts(values)?;
    Some(MeasureRow {
        measure,
        of: of.to_owned(),
        by,
        at,
        unit: "count",
        mean,
        interval,
        quantiles: [low, median, high],
    })
}

/// The mean of a time in each run, given in milliseconds, as a row in seconds.
fn time(measure: TimeMeasure, at: Option<Time>, means: &[i64]) -> Option<MeasureRow> {
    let ms = spread(means.iter().copied())?;
    let seconds = |ms: f64| ms / 1000.0;
    let interval = ms.interval.map(|i| Interval { low: seconds(i.low), high: seconds(i.high) });
    let quantiles = [ms.low, ms.median, ms.high].map(|ms| (ms + 500) / 1000);
    let (measure, of, by, unit) = (measure.word(), "everyone".to_owned(), "", "s");
    Some(MeasureRow { measure, of, by, at, unit, mean: seconds(ms.mean), interval, quantiles })
}

/// The rows as CSV.
pub fn csv(rows: &[MeasureRow]) -> String {
    let mut out = String::from("measure,of,by,at,unit,mean,mean_low,mean_high,q05,q50,q95\n");
    for row in rows {
        let at = row.at.map_or_else(String::new, |at| format!("{} {}", at.date().iso(), at.clock()));
        let (low, high) = row.interval.map_or_else(Default::default, |i| (digits(i.low), digits(i.high)));
        let MeasureRow { measure, of, by, unit, quantiles: [q05, q50, q95], .. } = row;
        let (of, mean) = (quoted(of), digits(row.mean));
        let _ = writeln!(out, "{measure},{of},{by},{at},{unit},{mean},{low},{high},{q05},{q50},{q95}");
    }
    out
}

/// A place's name as a cell (RFC 4180).
fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

/// Three digits after the point: more would be noise.
fn digits(value: f64) -> String {
    format!("{value:.3}")
}

/// The rows as one Parquet file, with the columns of the CSV; without a time stamp of its own.
///
/// # Errors
/// The message of the Parquet library.
#[cfg(feature = "parquet")]
pub fn parquet(rows: &[MeasureRow]) -> Result<Vec<u8>, String> {
    columnar::write(rows).map_err(|why| why.to_string())
}

#[cfg(feature = "parquet")]
mod columnar {
    use super::MeasureRow;
    use crate::kernel::Time;
    use crate::kernel::units::DAY;
    use ::parquet::basic::{Compression, Encoding};
    use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
    use ::parquet::errors::Result;
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
    use ::parquet::schema::parser::parse_message_type;
    use std::sync::Arc;

    /// The same columns as the CSV; times are those of a clock in Singapore.
    const SCHEMA: &str = "message measures {
        REQUIRED BYTE_ARRAY measure (UTF8);
        REQUIRED BYTE_ARRAY of (UTF8);
        REQUIRED BYTE_ARRAY by (UTF8);
        OPTIONAL INT64 at (TIMESTAMP(MILLIS,false));
        REQUIRED BYTE_ARRAY unit (UTF8);
        REQUIRED DOUBLE mean;
        OPTIONAL DOUBLE mean_low;
        OPTIONAL DOUBLE mean_high;
        REQUIRED INT64 q05;
        REQUIRED INT64 q50;
        REQUIRED INT64 q95;
    }";

    type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

    pub fn write(rows: &[MeasureRow]) -> Result<Vec<u8>> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let by = concat!("mims-sim ", env!("CARGO_PKG_VERSION")).to_owned();
        let plain = WriterProperties::builder().set_compression(Compression::UNCOMPRESSED).set_created_by(by);
        let properties = plain.set_encoding(Encoding::PLAIN).build();
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        let text = |of: fn(&MeasureRow) -> &str| rows.iter().map(|row| Some(ByteArray::from(of(row)))).collect();
        column::<ByteArrayType>(&mut group, text(|row| row.measure), false)?;
        column::<ByteArrayType>(&mut group, text(|row| &row.of), false)?;
        column::<ByteArrayType>(&mut group, text(|row| row.by), false)?;
        column::<Int64Type>(&mut group, rows.iter().map(|row| row.at.map(by_the_clock)).collect(), true)?;
        column::<ByteArrayType>(&mut group, text(|row| row.unit), false)?;
        column::<DoubleType>(&mut group, rows.iter().map(|row| Some(row.mean)).collect(), false)?;
        column::<DoubleType>(&mut group, rows.iter().map(|row| row.interval.map(|i| i.low)).collect(), true)?;
        column::<DoubleType>(&mut group, rows.iter().map(|row| row.interval.map(|i| i.high)).collect(), true)?;
        for at in 0..3 {
            let quantile = |row: &MeasureRow| row.quantiles.get(at).copied();
            column::<Int64Type>(&mut group, rows.iter().map(quantile).collect(), false)?;
        }
        group.close()?;
        writer.into_inner()
    }

    /// Milliseconds that a clock in Singapore has counted since 1970.
    fn by_the_clock(at: Time) -> i64 {
        i64::from(at.date().0) * DAY + at.time_of_day()
    }

    /// The next column: its values, and where there is none, in an optional one.
    fn column<T: DataType>(group: &mut Group<'_>, values: Vec<Option<T::T>>, optional: bool) -> Result<()> {
        let Some(mut column) = group.next_column()? else { return Ok(()) };
        let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
        let values: Vec<T::T> = values.into_iter().flatten().collect();
        column.typed::<T>().write_batch(&values, optional.then_some(levels.as_slice()), None)?;
        column.close()
    }
}
