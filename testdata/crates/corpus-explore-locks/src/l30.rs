//! L30: a session is created under the session manager and then the server state, and closed in the opposite order.

pub mod buggy {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use tokio::sync::RwLock;

    #[derive(Default)]
    pub struct ServerState {
        pub sessions_ever: u32,
        pub closed: u32,
    }

    #[derive(Default)]
    pub struct SessionManager {
        sessions: BTreeMap<u32, String>,
    }

    #[derive(Clone, Default)]
    pub struct MessageHandler {
        pub session_manager: Arc<RwLock<SessionManager>>,
        pub server_state: Arc<RwLock<ServerState>>,
    }

    impl MessageHandler {
        pub async fn create_session(&self, client: &str) -> u32 {
            let mut manager = self.session_manager.write().await;
            let mut state = self.server_state.write().await;
            state.sessions_ever += 1;
            manager.sessions.insert(state.sessions_ever, client.to_owned());
            state.sessions_ever
        }

        pub async fn close_session(&self, id: u32) {
            let mut state = self.server_state.write().await;
            let mut manager = self.session_manager.write().await; //~ lock-order-inversion
            if manager.sessions.remove(&id).is_some() {
                state.closed += 1;
            }
        }
    }
}

pub mod fixed {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use tokio::sync::RwLock;

    #[derive(Default)]
    pub struct ServerState {
        pub sessions_ever: u32,
        pub closed: u32,
    }

    #[derive(Default)]
    pub struct SessionManager {
        sessions: BTreeMap<u32, String>,
    }

    #[derive(Clone, Default)]
    pub struct MessageHandler {
        pub session_manager: Arc<RwLock<SessionManager>>,
        pub server_state: Arc<RwLock<ServerState>>,
    }

    impl MessageHandler {
        pub async fn create_session(&self, client: &str) -> u32 {
            let mut manager = self.session_manager.write().await;
            let mut state = self.server_state.write().await;
            state.sessions_ever += 1;
            manager.sessions.insert(state.sessions_ever, client.to_owned());
            state.sessions_ever
        }

        pub async fn close_session(&self, id: u32) {
            let mut manager = self.session_manager.write().await;
            let mut state = self.server_state.write().await;
            if manager.sessions.remove(&id).is_some() {
                state.closed += 1;
            }
        }
    }
}
