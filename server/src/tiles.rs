//! The ground of the overview's map: raster tiles out of one PMTiles file, which whoever runs the server gives. The file is opened once, at the
//! start, and what cannot be drawn under the map is refused then.

mod file;
pub mod frame;
mod plain;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use bytes::Bytes;
use pmtiles::{AsyncPmTilesReader, Compression, PmtError, TileCoord, TileType};

use file::TilesFile;
use frame::{Tile, ZOOMS, cover};

type Archive = AsyncPmTilesReader<TilesFile>;

/// An open archive of tiles.
#[derive(Clone)]
pub struct Tiles {
    archive: Arc<Archive>,
    /// Those that lie under the map.
    ground: Arc<[Tile]>,
    attribution: Option<Arc<str>>,
}

impl fmt::Debug for Tiles {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ground, attribution) = (&self.ground, &self.attribution);
        to.debug_struct("Tiles").field("ground", ground).field("attribution", attribution).finish_non_exhaustive()
    }
}

impl Tiles {
    /// Opens the archive at `path` and looks which of its tiles lie under the map.
    ///
    /// # Errors
    /// There is no such file, it is no PMTiles archive, it holds no pictures, or none of the map.
    pub async fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let file = TilesFile::open(path).await.with_context(|| format!("cannot open the tiles {name}"))?;
        let archive = Archive::try_from_source(file)
            .await
            .with_context(|| format!("{name} cannot be read as a PMTiles archive (version 3): give --tiles one"))?;
        check(&archive).with_context(|| format!("{name} does not fit under the map"))?;
        let unread = || format!("what {name} holds cannot be read: make or copy it anew");
        let attribution = attribution(&archive).await.with_context(unread)?;
        let ground = ground(&archive).await.with_context(unread)?;
        if ground.is_empty() {
            bail!(
                "{name} has no tile under the map: give --tiles an archive that has zoom {} or {} for 38.7 to 43.1 \
                 degrees east and 18.9 to 23.1 degrees north",
                ZOOMS[0],
                ZOOMS[1]
            );
        }
        Ok(Self { archive: Arc::new(archive), ground: ground.into(), attribution: attribution.map(Into::into) })
    }

    /// The tiles that lie under the map.
    #[must_use]
    pub fn ground(&self) -> &[Tile] {
        &self.ground
    }

    /// Who is to be named for them, without markup.
    #[must_use]
    pub fn attribution(&self) -> Option<&str> {
        self.attribution.as_deref()
    }

    /// The media type of every tile.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.archive.get_header().tile_type.content_type()
    }

    /// A tile as it stands in the file; `None` where the archive has none.
    ///
    /// # Errors
    /// The file is away, or is another than it was.
    pub async fn tile(&self, tile: Tile) -> Result<Option<Bytes>, PmtError> {
        read(&self.archive, tile).await
    }
}

/// Whether a browser draws these tiles.
fn check(archive: &Archive) -> anyhow::Result<()> {
    match archive.get_header().tile_type {
        TileType::Png | TileType::Jpeg | TileType::Webp => Ok(()),
        TileType::Mvt | TileType::Mlt => {
            bail!(
                "it holds vector tiles, and the map shows pictures: give --tiles an archive of PNG, WebP or JPEG tiles"
            )
        }
        TileType::Avif | TileType::Unknown => {
            bail!("its tiles are neither PNG nor WebP nor JPEG: give --tiles an archive of those")
        }
    }
}

async fn read(archive: &Archive, Tile { zoom, column, row }: Tile) -> Result<Option<Bytes>, PmtError> {
    let Ok(place) = TileCoord::new(zoom, column, row) else { return Ok(None) };
    match archive.get_header().tile_compression {
        // Pictures are compressed by themselves, and some archives do not say so.
        Compression::None | Compression::Unknown => archive.get_tile(place).await,
        Compression::Gzip | Compression::Brotli | Compression::Zstd => archive.get_tile_decompressed(place).await,
    }
}

/// The archive's tiles of the nearest zoom at which it has any under the map.
async fn ground(archive: &Archive) -> Result<Vec<Tile>, PmtError> {
    for zoom in ZOOMS {
        let mut there = Vec::new();
        for tile in cover(zoom) {
            if read(archive, tile).await?.is_some() {
                there.push(tile);
            }
        }
        if !there.is_empty() {
            return Ok(there);
        }
    }
    Ok(Vec::new())
}

/// Whom the archive's metadata asks to be named.
async fn attribution(archive: &Archive) -> anyhow::Result<Option<String>> {
    let text = match archive.get_metadata().await {
        Ok(text) => text,
        // There is none.
        Err(PmtError::InvalidMetadata) => return Ok(None),
        Err(fault) => return Err(fault.into()),
    };
    let metadata: serde_json::Value = serde_json::from_str(&text)?;
    let named = metadata.get("attribution").and_then(serde_json::Value::as_str).map(plain::plain);
    Ok(named.filter(|named| !named.is_empty()))
}
