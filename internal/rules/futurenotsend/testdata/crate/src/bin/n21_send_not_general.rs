use std::marker::PhantomData;

struct Token<'a> {
    owner: PhantomData<*const &'a str>,
}

unsafe impl Send for Token<'static> {}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let token: Token<'static> = Token { owner: PhantomData };
        tokio::task::yield_now().await;
        let _ = token.owner;
    });
}
