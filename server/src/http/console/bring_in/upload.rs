//! A form with a file, as a browser sends it (`multipart/form-data`).

use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use futures_util::stream;
use multer::Multipart;
use usra_sync_protocol::problem::Problem;

use crate::http::App;
use crate::http::body::Payload;
use crate::http::problem::Refusal;

/// What was filled in.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// Where the list is from, as typed.
    pub source: String,
    /// The file; empty when none was chosen.
    pub file: Vec<u8>,
}

impl FromRequest<App> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(kind).or(Err(Problem::MediaTypeUnknown))?;
        let Payload(body) = Payload::from_request(request, app).await?;
        // What the reader of the form says could quote what was sent.
        read(body, boundary).await.or(Err(Problem::BodyMalformed.into()))
    }
}

async fn read(body: Bytes, boundary: String) -> Result<Upload, multer::Error> {
    let whole = stream::once(async move { Ok::<Bytes, std::convert::Infallible>(body) });
    let mut form = Multipart::new(whole, boundary);
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("source") => upload.source = field.text().await?,
            Some("file") => upload.file = field.bytes().await?.to_vec(),
            Some(_) | None => {}
        }
    }
    Ok(upload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_form_with_a_file_is_read_and_a_broken_one_is_refused() {
        let form = "--x\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nغرفة جدة\r\n\
            --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b\n1,2\r\n--x--\r\n";
        let upload = read(Bytes::from(form), "x".to_owned()).await.unwrap();
        assert_eq!((upload.source.as_str(), upload.file.as_slice()), ("غرفة جدة", b"a,b\n1,2".as_slice()));
        assert!(read(Bytes::from_static(b"--x\r\nnothing"), "x".to_owned()).await.is_err());
    }
}
