pub trait Service {
    type Reply: Future<Output = u32>;
    fn call(&self, n: u32) -> Self::Reply;
}

pub fn start<S: Service + Send + 'static>(service: S) {
    tokio::spawn(async move {
        let reply = service.call(1);
        println!("{}", reply.await);
    });
}

fn main() {}
