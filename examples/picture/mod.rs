//! Writes arrays as PNG files.

use std::error::Error;
use std::fs::{File, create_dir_all};
use std::io::BufWriter;
use std::path::Path;

use numfuse as np;

/// Writes a `uint8` array of shape `(height, width, 3)`.
pub fn write_png(path: &Path, rgb: &np::Array) -> Result<(), Box<dyn Error>> {
    let rgb = rgb.eval()?;
    let &[height, width, 3] = rgb.shape() else {
        return Err(format!("a picture has shape (height, width, 3), not {:?}", rgb.shape()).into());
    };
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), width.try_into()?, height.try_into()?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(rgb.as_slice::<u8>()?)?;
    Ok(())
}
