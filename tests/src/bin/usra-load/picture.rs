//! The picture: how long syncs take against how many there are.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::report::Day;

const SIZE: (u32, u32) = (760, 420);

/// Draws it into a file.
pub(crate) fn draw(file: &Path, phones: u32, days: &[Day]) -> Result<()> {
    let paper = SVGBackend::new(file, SIZE).into_drawing_area();
    drawn(&paper, phones, days).and_then(|()| paper.present()).map_err(|fault| anyhow!("no picture: {fault}"))
}

/// What of a day a line shows.
type Of = fn(&Day) -> f64;

type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

fn drawn<'a>(paper: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>, phones: u32, days: &[Day]) -> Drawn<'a> {
    paper.fill(&WHITE)?;
    let rates = days.iter().map(Day::rate);
    let (least, most) = (rates.clone().fold(f64::MAX, f64::min), rates.fold(1.0, f64::max));
    let longest = days.iter().map(|day| day.p99.as_secs_f64()).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(paper)
        .caption(format!("{phones} phones over slow links: how long a sync takes"), ("sans-serif", 18))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(60)
        .build_cartesian_2d((least * 0.8..most * 1.2).log_scale(), (0.01..longest * 1.5).log_scale())?;
    chart.configure_mesh().x_desc("syncs a second").y_desc("seconds").light_line_style(WHITE).draw()?;
    let lines: [(&str, RGBColor, Of); 2] = [
        ("half of them within", BLUE, |day| day.half.as_secs_f64()),
        ("99 % of them within", RED, |day| day.p99.as_secs_f64()),
    ];
    for (name, colour, of) in lines {
        let points: Vec<(f64, f64)> = days.iter().map(|day| (day.rate(), of(day).max(0.01))).collect();
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 4, colour.filled())))?;
        let line = chart.draw_series(LineSeries::new(points, &colour))?;
        line.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour));
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()
}
