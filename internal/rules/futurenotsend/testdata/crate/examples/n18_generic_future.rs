pub fn start<F>(work: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(async move {
        work.await;
    });
}

pub fn start_directly<F>(work: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(work);
}

fn main() {}
